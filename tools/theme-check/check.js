// Shopify's theme check over extensions/tribute-theme, by its rules for app extensions; exits 1 for any offense.
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { themeCheckRun } from '@shopify/theme-check-node';

const here = dirname(fileURLToPath(import.meta.url));
const extension = resolve(here, '../../extensions/tribute-theme');
const linter = dirname(createRequire(import.meta.url).resolve('@shopify/theme-check-node/package.json'));
const { offenses } = await themeCheckRun(extension, join(linter, 'configs/theme-app-extension.yml'));
for (const { check, message, start, uri } of offenses) {
  console.log(`${relative(extension, fileURLToPath(uri))}:${start.line + 1}: ${check}: ${message}`);
}
console.log(`Theme check: ${offenses.length} offenses.`);
process.exitCode = offenses.length ? 1 : 0;
