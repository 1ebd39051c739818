/** Fingerprints of a sequence of tokens: two texts that share a long enough stretch share a fingerprint. */
import type { Tokens } from './tokens.ts';

/** Tokens under one fingerprint, and neighbours from which one is chosen. */
export const GRAM_TOKENS = 40;
const WINDOW_GRAMS = 20;

/** Columns of equal length, by position. Each fingerprint stands for a stretch of `GRAM_TOKENS` tokens. */
export interface Fingerprints {
  /** 32 bits, signed. */
  values: number[];
  /** Index of the first token of the stretch, from 0. */
  tokens: number[];
  /** First and last line of the stretch, from 1. */
  lines: number[];
  lastLines: number[];
}

/**
 * Robust winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003, section 3.1)
 * with k = 40 and w = 20 over a rolling hash (Karp and Rabin 1987, modulo 2^32): a shared stretch of 59 tokens shares a fingerprint for certain.
 *
 * A stretch of which more than half repeats what stands right before it has no fingerprint: with names and literals normalised one
 * table is like any other. That is the ratio of non-repeated tokens, RNR, below 0.5, by which Higo, Kamiya, Kusumoto and Inoue, "Method
 * and implementation for investigating code clones in a software system", IST 49(9-10), 2007, set such clones aside.
 */
export function fingerprint({ codes, lines, lastLines }: Tokens): Fingerprints {
  const found: Fingerprints = { values: [], tokens: [], lines: [], lastLines: [] };
  const grams = codes.length - GRAM_TOKENS + 1;
  if (grams < 1) return found;
  const hashes = hashGrams(codes, grams);
  const dull = repetitiveGrams(codes, grams);
  let chosen = -1;
  for (let end = Math.min(WINDOW_GRAMS, grams); end <= grams; end++) {
    const start = Math.max(0, end - WINDOW_GRAMS);
    const newest = end - 1;
    let best = chosen >= start ? chosen : -1;
    if (best === -1) {
      for (let gram = newest; gram >= start; gram--) {
        if (dull[gram] === 0 && (best === -1 || at(hashes, gram) < at(hashes, best))) best = gram;
      }
    } else if (dull[newest] === 0 && at(hashes, newest) < at(hashes, best)) best = newest;
    if (best === -1 || best === chosen) continue;
    chosen = best;
    found.values.push(at(hashes, best));
    found.tokens.push(best);
    found.lines.push(lines[best] as number);
    found.lastLines.push(lastLines[best + GRAM_TOKENS - 1] as number);
  }
  return found;
}

const BASE = 0x01000193;

function hashGrams(codes: readonly number[], grams: number): Int32Array {
  const hashes = new Int32Array(grams);
  let leaving = 1;
  for (let power = 0; power < GRAM_TOKENS; power++) leaving = Math.imul(leaving, BASE);
  let hash = 0;
  for (let index = 0; index < codes.length; index++) {
    hash = (Math.imul(hash, BASE) + scatter(codes[index] as number)) | 0;
    if (index >= GRAM_TOKENS) hash = (hash - Math.imul(leaving, scatter(codes[index - GRAM_TOKENS] as number))) | 0;
    if (index >= GRAM_TOKENS - 1) hashes[index - GRAM_TOKENS + 1] = scatter(hash);
  }
  return hashes;
}

/** The final mix of MurmurHash3 (Austin Appleby): every bit in reaches every bit out, so that the smallest hash is any of them. */
function scatter(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The longest row of a table that is recognized, in tokens. */
const LONGEST_PERIOD = 32;

/** 1 for each gram of which more than half repeats, token by token, what stands one to 32 tokens before. */
function repetitiveGrams(codes: readonly number[], grams: number): Uint8Array {
  const repeated = new Uint8Array(codes.length);
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let alike = 0;
    for (let index = period; index < codes.length; index++) {
      alike = codes[index] === codes[index - period] ? alike + 1 : 0;
      if (alike === period) repeated.fill(1, index - period + 1, index + 1);
      else if (alike > period) repeated[index] = 1;
    }
  }
  const dull = new Uint8Array(grams);
  let count = 0;
  for (let index = 0; index < codes.length; index++) {
    count += at(repeated, index);
    if (index >= GRAM_TOKENS) count -= at(repeated, index - GRAM_TOKENS);
    if (index >= GRAM_TOKENS - 1 && count > GRAM_TOKENS / 2) dull[index - GRAM_TOKENS + 1] = 1;
  }
  return dull;
}

function at(values: Int32Array | Uint8Array, index: number): number {
  return values[index] as number;
}
