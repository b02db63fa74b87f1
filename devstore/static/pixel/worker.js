// The Web Pixels API inside a worker, as a strict sandbox offers it: no page, no cookies of its own, storage by asking.
// Pretend implementation of the public behaviour; the extension's own source follows behind it.

const host = new Promise((resolve) => {
  self.addEventListener("message", ({ data, ports }) => resolve({ data, port: ports[0] }), { once: true });
});

function register(callback) {
  host.then(({ data, port }) => {
    const waiting = new Map();
    const subscribers = new Map();
    const onConsent = [];
    let calls = 0;

    const ask = (method, ...given) =>
      new Promise((resolve, reject) => {
        waiting.set((calls += 1), { resolve, reject });
        port.postMessage({ call: calls, method, given });
      });

    port.addEventListener("message", ({ data: said }) => {
      if (said.event) for (const one of subscribers.get(said.event.name) ?? []) one(said.event);
      if (said.consent) for (const one of onConsent) one({ customerPrivacy: said.consent });
      if (said.answer) {
        const { resolve, reject } = waiting.get(said.answer);
        waiting.delete(said.answer);
        if (said.problem) reject(new Error(said.problem));
        else resolve(said.value);
      }
    });

    callback({
      analytics: {
        subscribe: (name, one) => subscribers.set(name, [...(subscribers.get(name) ?? []), one]),
      },
      browser: {
        localStorage: {
          getItem: (key) => ask("getItem", key),
          setItem: (key, value) => ask("setItem", key, value),
          removeItem: (key) => ask("removeItem", key),
        },
        sendBeacon: async (address, body) =>
          (await fetch(address, { method: "POST", body, keepalive: true, mode: "no-cors" })) && true,
      },
      customerPrivacy: {
        subscribe(name, one) {
          if (name === "visitorConsentCollected") onConsent.push(one);
        },
      },
      init: { customerPrivacy: data.consent },
      settings: data.settings,
    });
    port.start();
    port.postMessage({ isReady: true });
  });
}
