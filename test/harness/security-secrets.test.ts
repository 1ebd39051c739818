// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these strings are the code that is judged
import { generateKeyPairSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findSecurityFindings } from '#harness';
import { changeOf, headlines } from './security-trees.ts';

// Made here, so that no scanner finds this file.
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM = 'q7Zr2Lw9Kf4Vt8Xb1Nc6Jh3Mp5Ds0G'.slice(0, 30);
const genuine = (prefix: string) => `${prefix}_${RANDOM}${checksum(RANDOM)}`;
const broken = (prefix: string) => `${prefix}_${RANDOM}AAAAAA`;
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  while (digits.length < 6) {
    digits = `${DIGITS[rest % 62]}${digits}`;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

async function severities(path: string, text: string): Promise<string[]> {
  const { findings } = await findSecurityFindings(changeOf({}, { [path]: text }));
  return findings.filter(({ rule }) => rule === 'secret').map(({ severity, id }) => `${severity} ${id.split(':')[1]}`);
}

describe('what proves itself', () => {
  test('a token whose checksum holds, a key that OpenSSL loads: a gate in the product, a warning elsewhere', async () => {
    expect(await severities('src/api.ts', `const token = '${genuine('ghp')}';`)).toEqual(['gate github/GITHUB_TOKEN']);
    expect(await severities('.npmrc', `//registry.npmjs.org/:_authToken=${genuine('npm')}\n`)).toContain('gate npm/NPM_ACCESS_TOKEN');
    expect(await severities('src/key.pem', privateKey)).toEqual(['gate privatekey/PrivateKey']);
    expect(await severities('test/api.test.ts', `const token = '${genuine('ghp')}';`)).toEqual(['warn github/GITHUB_TOKEN']);
  });

  test('an id of AWS beside its secret; one of them alone, or with one that is made up, is for a reader', async () => {
    const id = `AWS_ACCESS_KEY_ID=AKIA${'Q3EXR7LMPZ2WVN5T'}\n`;
    const secret = `AWS_SECRET_ACCESS_KEY=${RANDOM}${RANDOM.slice(0, 10)}\n`;
    expect(await severities('.env', id + secret)).toEqual(['gate aws/AWSAccessKeyID', 'gate aws/AWSSecretAccessKey']);
    expect(await severities('docs/keys.md', id + secret)).toEqual(['warn aws/AWSAccessKeyID', 'warn aws/AWSSecretAccessKey']);
    expect(await severities('.env', id)).toEqual(['warn aws/AWSAccessKeyID']);
    expect(await severities('.env', secret)).toEqual(['warn aws/AWSSecretAccessKey']);
    expect(await severities('.env', `${id}AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n`)).toEqual([
      'warn aws/AWSAccessKeyID',
    ]);
  });

  test('a comment of the text does not switch its judge off', async () => {
    expect(await severities('src/api.ts', `// secretlint-disable\nconst token = '${genuine('ghp')}';`)).toEqual([
      'gate github/GITHUB_TOKEN',
    ]);
  });

  test('no part of the value is told, the id is of the line around it', async () => {
    const text = (token: string) => `const token = '${token}'; // of the shop`;
    const { findings } = await findSecurityFindings(changeOf({}, { 'src/api.ts': text(genuine('ghp')) }));
    expect(JSON.stringify(findings)).not.toContain(RANDOM.slice(0, 5));
    expect(findings).toEqual([
      {
        id: expect.stringMatching(/^secret:github\/GITHUB_TOKEN:[0-9a-f]{16}$/),
        rule: 'secret',
        severity: 'gate',
        message:
          'src/api.ts now holds what looks like a secret (github/GITHUB_TOKEN): its own form proves that it was issued or is a usable key, or it is whole, with an id and its secret.',
        place: { path: 'src/api.ts', line: 1 },
        witness: ["const token = '***'; // of the shop"],
      },
    ]);
    const assigned = `AWS_SECRET_ACCESS_KEY=${RANDOM}0123456789\n//registry.npmjs.org/:_authToken=${RANDOM}\n`;
    const ofNames = await findSecurityFindings(changeOf({}, { '.npmrc': assigned }));
    expect(ofNames.findings.flatMap(({ witness }) => witness)).toEqual([
      '//registry.npmjs.org/:_authToken=***',
      'AWS_SECRET_ACCESS_KEY=***',
    ]);
    const moved = await findSecurityFindings(changeOf({}, { 'src/other.ts': `\n${text(genuine('ghp'))}` }));
    expect(moved.findings[0]?.id).toBe(findings[0]?.id);
  });
});

describe('what is no secret', () => {
  test('one that was there before, in this file or in one that it moved from', async () => {
    const line = `const token = '${genuine('ghp')}';`;
    expect(await headlines({ 'src/a.ts': line }, { 'src/a.ts': `\n${line}` })).toEqual([]);
    expect(await headlines({ 'src/a.ts': line }, { 'src/b.ts': line })).toEqual([]);
  });

  test('a checksum that does not hold, a placeholder, an example of the documentation: recorded at most', async () => {
    expect(await severities('src/api.ts', `const token = '${broken('ghp')}';`)).toEqual(['record github/GITHUB_TOKEN']);
    const examples = [
      "const url = 'postgres://user:password@localhost:5432/shop';",
      "const url = 'https://name:xxxxxxxx@example.com/';",
      "const id = 'AKIAIOSFODNN7EXAMPLE';",
      "aws_secret_access_key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'",
      'const url = `postgres://${user}:${word}@${host}/shop`;',
      '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    ];
    for (const example of examples) {
      const found = await severities('src/api.ts', example);
      expect(found.filter((each) => !each.startsWith('record'))).toEqual([]);
    }
  });

  test('hashes of a lockfile', async () => {
    expect(await severities('package-lock.json', `{"packages":{"node_modules/a":{"integrity":"${genuine('ghp')}"}}}`)).toEqual([]);
  });
});

test('where it cannot tell: well-formed, nothing to verify, nothing that shows it is made up', async () => {
  const address = `https://shop:${RANDOM}@api.shop.io/`;
  expect(await severities('src/api.ts', `fetch('${address}');`)).toEqual(['warn basicauth/BasicAuth']);
  expect(await severities('test/api.test.ts', `fetch('${address}');`)).toEqual(['record basicauth/BasicAuth']);
});
