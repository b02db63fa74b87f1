// What our intake does, with Shopify's own library for Node, express and pg: verify, dedupe, insert, 200.
// Started by bench/intake.py with DATABASE_URL and SHOPIFY_API_SECRET; prints the port it took.
import "@shopify/shopify-api/adapters/node";
import { createHash } from "node:crypto";
import { ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";
import express from "express";
import pg from "pg";

const shopify = shopifyApi({
  apiKey: "bench",
  apiSecretKey: process.env.SHOPIFY_API_SECRET,
  apiVersion: Object.values(ApiVersion).at(-1),
  hostName: "127.0.0.1",
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Error },
});
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });

const insert = {
  name: "insert", // prepared once a connection
  text: `insert into inbox (shop_domain, topic, webhook_id, event_id, source, api_version, triggered_at, body, body_sha256)
         values ($1, $2, $3, $4, 'webhook', $5, $6, $7, $8) on conflict do nothing`,
};

const app = express();
app.post("/webhooks/shopify", express.raw({ type: "*/*", limit: "4mb" }), async (request, response) => {
  const rawBody = request.body.toString("utf8"); // the library takes text
  const found = await shopify.webhooks.validate({ rawBody, rawRequest: request, rawResponse: response });
  if (!found.valid) return response.status(401).end();
  const digest = createHash("sha256").update(request.body).digest();
  await pool.query({
    ...insert,
    values: [found.domain, request.get("X-Shopify-Topic"), found.webhookId, found.eventId, found.apiVersion,
      new Date(found.triggeredAt), request.body, digest],
  });
  response.status(200).end();
});

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", () => process.exit(0));
