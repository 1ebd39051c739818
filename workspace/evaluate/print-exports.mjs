/** Runs inside the sandbox: prints what a module exports, as far as it is plain data, between two marks. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [path = '', mark = ''] = process.argv.slice(2);
const MAX_DEPTH = 24;
const MAX_VALUES = 400_000;
/** Linters are given plugins and parsers as code: their names are enough. */
const CODE = new Set(['plugins', 'languageOptions', 'parser', 'processor']);

let values = 0;

/** Functions, symbols and cycles are left out; a regular expression becomes its source. */
function plain(value, depth, above) {
  values += 1;
  if (values > MAX_VALUES || depth > MAX_DEPTH) return undefined;
  if (value instanceof RegExp) return value.source;
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return undefined;
  const path = [...above, value];
  // A value that is left out keeps its place: settings are read by position.
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1, path) ?? null);
  const entries = Object.keys(value).map((key) => [key, CODE.has(key) ? namesOf(value[key]) : plain(value[key], depth + 1, path)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

function namesOf(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.keys(value).map((key) => [key, {}]));
}

const exported = await import(pathToFileURL(resolve(path)).href);
const awaited = Object.fromEntries(await Promise.all(Object.keys(exported).map(async (key) => [key, await exported[key]])));
process.stdout.write(`${mark}${JSON.stringify(plain(awaited, 0, []))}${mark}`, () => process.exit(0));
