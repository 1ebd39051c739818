import { expect, test } from 'vitest';
import { type ArchitectureSnapshot, compareSurfaces } from '#architecture';
import { open, treeOf, write } from './trees.ts';

async function kit(text: string): Promise<ArchitectureSnapshot['surface']> {
  const manifest = JSON.stringify({ name: 'parcel-kit', exports: './index.ts' });
  return (await open(await write(await treeOf(), { 'package.json': manifest, 'index.ts': text }))).surface;
}

/** The class, and the names it comes from. */
async function classOf(before: string, after: string): Promise<string> {
  const { class: semver, removed, changed, added } = compareSurfaces(await kit(before), await kit(after));
  return [semver, ...[...removed, ...changed, ...added].map(({ name }) => name)].join(' ');
}

test.each([
  ['nothing', 'export const a = 1;', 'export const a = 1;', 'patch'],
  ['a body', 'export function f(): number { return 1; }', 'export function f(): number { return 2; }', 'patch'],
  ['a comment and the layout', 'export interface A { b: 1 }', '/** A. */\nexport interface A {\n  b: 1; // b\n}', 'patch'],
  ['the name of a parameter', 'export function f(a: string): void {}', 'export function f(b: string): void {}', 'patch'],
  ['the order of properties', 'export interface A { b: 1; c: 2 }', 'export interface A { c: 2; b: 1 }', 'patch'],
  ['a private member', 'export class A { private b = 1; }', 'export class A { private c = 2; private d = 3; }', 'patch'],
  ['the last private member', 'export class A { private b = 1; }', 'export class A {}', 'unclear A'],
  ['who may call a constructor', 'export class A { constructor() {} }', 'export class A { private constructor() {} }', 'unclear A'],
  ['one more name', 'export const a = 1;', 'export const a = 1, b = 2;', 'minor b'],
  ['an optional parameter', 'export function f(a: string): void {}', 'export function f(a: string, b?: number): void {}', 'minor f'],
  ['a parameter with a default', 'export function f(a: string): void {}', 'export function f(a: string, b = 1): void {}', 'minor f'],
  ['a rest parameter', 'export function f(a: string): void {}', 'export function f(a: string, ...b: number[]): void {}', 'minor f'],
  ['a parameter that may be left out now', 'export function f(a: string): void {}', 'export function f(a?: string): void {}', 'minor f'],
  ['an optional property', 'export interface A { b: 1 }', 'export interface A { b: 1; c?: 2 }', 'minor A'],
  ['an optional property of a type', 'export type A = { b: 1 };', 'export type A = { readonly c?: 2; b: 1 };', 'minor A'],
  ['a required parameter', 'export function f(a: string): void {}', 'export function f(a: string, b: number): void {}', 'unclear f'],
  ['a parameter less', 'export function f(a: string, b?: number): void {}', 'export function f(a: string): void {}', 'unclear f'],
  ['a parameter that is needed now', 'export function f(a?: string): void {}', 'export function f(a: string): void {}', 'unclear f'],
  ['what is returned', 'export function f(): string { return ""; }', 'export function f(): "" { return ""; }', 'unclear f'],
  ['a wider union', 'export type A = 1 | 2;', 'export type A = 1 | 2 | 3;', 'unclear A'],
  ['a required property', 'export interface A { b: 1 }', 'export interface A { b: 1; c: 2 }', 'unclear A'],
  ['a property that may be missing now', 'export interface A { b: 1 }', 'export interface A { b?: 1 }', 'unclear A'],
  [
    'a second signature',
    'export function f(a: 1): 1;\nexport function f(a: any) { return a; }',
    'export function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: any) { return a; }',
    'unclear f',
  ],
  [
    'a type behind the declaration',
    'interface B { c: 1 }\nexport const a: B = b();',
    'interface B { c: 2 }\nexport const a: B = b();',
    'unclear a',
  ],
  ['what a variable is made of', 'export const a = make({ b: 1 });', 'export const a = make({ b: 2 });', 'unclear a'],
  ['an interface that is a type alias now', 'export interface A { b: 1 }', 'export type A = { b: 1 };', 'unclear A'],
  ['a type that is a value too now', 'export interface A {}', 'export interface A {}\nexport const A = 1;', 'unclear A'],
  ['a name', 'export const a = 1;', 'export const b = 1;', 'major a b'],
  ['a value that is a type only now', 'export class A {}', 'export interface A {}', 'major A'],
])('changed: %s', async (_, before, after, expected) => {
  expect(await classOf(before, after)).toBe(expected);
});

test('a body that is no contract: what an arrow function returns without saying so', async () => {
  expect(await classOf('export const f = (a: number) => a + 1;', 'export const f = (a: number) => a + 2;')).toBe('patch');
  expect(await classOf('export const f = (a: number) => a + 1;', 'export const f = (a: string) => a + 1;')).toBe('unclear f');
});
