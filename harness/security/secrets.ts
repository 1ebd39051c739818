/** Keys, tokens and passwords that a change wrote into the tree. */
import { createPrivateKey } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding, Severity } from '#contracts';
import type { ChangedFile } from './change.ts';
import { digest, finding } from './finding.ts';

const PRESET = '@secretlint/secretlint-rule-preset-recommend';
/** Off by itself, because an id alone opens nothing. */
const AWS_IDS = { id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } };

/**
 * What secretlint's recommended rules find in the text after the change and not in any text before it, so that a secret that moved is
 * not new. No part of the value leaves this function; the id is made of the line around it.
 *
 * `gate`: the value proves by itself that an issuer or a key generator made it (`isGenuine`), or it is half of a whole pair (`AWS_PAIR`),
 * and it lies outside tests and documents.
 * `warn`: such a value in these; or well-formed, not verifiable, and not obviously made up.
 * `record`: made up, a checksum that does not hold, or well-formed among tests.
 *
 * Lockfiles are left out: they hold nothing but hashes, thousands of them.
 * Not found: what its rules do not know, among them keys of Ed25519 in PKCS #8, which are shorter than its least length of 100 characters.
 * Source: https://github.com/secretlint/secretlint, the rules and the examples they allow by themselves.
 */
export async function findSecrets(files: readonly ChangedFile[], isLockfile: (path: string) => boolean): Promise<Finding[]> {
  const before = files.map((file) => file.before ?? '').join('\n');
  const findings = new Map<string, Finding>();
  for (const { path, area, after } of files) {
    if (after === null || isLockfile(path)) continue;
    const secrets = (await scan(path, after)).filter(({ value }) => !before.includes(value));
    const paired = isPair(secrets) ? AWS_PAIR : [];
    for (const { kind, value, masked, line } of secrets) {
      const severity = severityOf(kind, value, { counts: area !== 'tests', isPaired: paired.includes(kind) });
      const key = `${kind}:${digest(masked)}`;
      const message = `${path} now holds what looks like a secret (${kind}): ${WHY[severity]}.`;
      findings.set(key, finding(key, { rule: 'secret', severity, message, path, line, witness: [masked.trim().slice(0, 200)] }));
    }
  }
  return [...findings.values()];
}

const WHY: Record<Severity, string> = {
  gate: 'its own form proves that it was issued or is a usable key, or it is whole, with an id and its secret',
  warn: 'nothing shows that it is made up',
  record: 'probably made up',
};

interface Secret {
  kind: string;
  value: string;
  /** The line it stands on, without it. */
  masked: string;
  line: number;
}

async function scan(path: string, text: string): Promise<Secret[]> {
  const { messages } = await lintSource({
    source: {
      filePath: path,
      // A comment of the judged text must not switch its judge off.
      content: text.replaceAll('secretlint-', 'secretlint_'),
      ext: path.slice(path.lastIndexOf('.')),
      contentType: 'text',
    },
    options: { noPhysicFilePath: true, config: { rules: [{ id: PRESET, rule: creator, rules: [AWS_IDS] }] } },
  });
  return messages.map(({ ruleId, messageId, range, data, loc }) => {
    const [start, end] = placeOf(text, range, data);
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = text.indexOf('\n', end);
    const masked = `${text.slice(lineStart, start)}***${text.slice(end, lineEnd === -1 ? undefined : lineEnd)}`;
    return {
      kind: `${ruleId.replace('@secretlint/secretlint-rule-', '')}/${messageId}`,
      value: text.slice(start, end),
      masked,
      line: loc.start.line,
    };
  });
}

/**
 * An id of AWS and a secret of AWS prove nothing each by itself; together in one file they are all that is needed to be somebody else.
 * Source: GitHub, which blocks the two together and neither alone
 * (https://docs.github.com/en/code-security/reference/secret-security/secret-scanning-detection-scope, "Detection of pattern pairs").
 */
const AWS_PAIR: readonly string[] = ['aws/AWSAccessKeyID', 'aws/AWSSecretAccessKey'];

function isPair(secrets: readonly Secret[]): boolean {
  return AWS_PAIR.every((half) => secrets.some(({ kind, value }) => kind === half && !isMadeUp(value)));
}

/** Rules that look for an assignment give its beginning with the length of the value in it: half of the secret would stay unmasked. */
function placeOf(text: string, [start, end]: readonly [number, number], data: object | undefined): readonly [number, number] {
  const named = Object.values(data ?? {}).filter((value): value is string => typeof value === 'string' && text.includes(value, start));
  const [value] = named.sort((a, b) => b.length - a.length);
  if (value === undefined || value === '') return [start, end];
  const from = text.indexOf(value, start);
  return [from, from + value.length];
}

function severityOf(kind: string, value: string, { counts, isPaired }: { counts: boolean; isPaired: boolean }): Severity {
  const genuine = isGenuine(value);
  if (genuine === true) return counts ? 'gate' : 'warn';
  if (genuine === false || isMadeUp(value) || kind === 'aws/AWSAccountID') return 'record';
  if (isPaired) return counts ? 'gate' : 'warn';
  return counts ? 'warn' : 'record';
}

/**
 * True: made by the issuer or by a key generator. False: it carries a proof, and the proof does not hold. Null: nothing to check.
 *
 * GitHub and npm end their tokens with six base-62 digits of the CRC-32 of the rest: a random imitation passes once in 4 billion.
 * Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/ (2021).
 * A private key is genuine when OpenSSL loads it.
 */
function isGenuine(value: string): boolean | null {
  const token = /^(?:gh[pousr]|npm)_([A-Za-z0-9]{30})([A-Za-z0-9]{6})$/.exec(value);
  if (token) return base62(crc32(token[1] as string)) === token[2];
  if (!value.includes('PRIVATE KEY-----')) return null;
  try {
    createPrivateKey(value.replaceAll('\\n', '\n'));
    return true;
  } catch {
    return null; // also what a key with a passphrase gives
  }
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(number: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) text = `${DIGITS[rest % 62]}${text}`;
  return text.padStart(6, '0');
}

const PLACEHOLDER =
  /example|sample|dummy|fake|placeholder|changeme|your|xxxx|test|secret|passw|abcdef|012345|123456|<|\$\{?\w|\buser(name)?:|:pass|localhost|127\.0\.0\.1|@(host|db|postgres|mysql|mongo|redis)\b/i;

/** Words nobody's secret has, a variable in its place, or too few different characters to be random. */
function isMadeUp(value: string): boolean {
  return PLACEHOLDER.test(value) || new Set(value).size < 10;
}
