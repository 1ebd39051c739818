/** Reads a tree's imports twice, once with the parser and once with es-module-lexer, and prints how far the lexer gets and what it saves. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { init, parse as lex } from 'es-module-lexer';
import { execa } from 'execa';
import { type ParserOptions, parseSync, rawTransferSupported } from 'oxc-parser';

export interface LexerReport {
  files: number;
  /** The lexer reads them without an error. */
  lexed: number;
  /** And finds the same specifiers, each as a type import or not. */
  sameImports: number;
  /** And the same exported names, each as a type or not: what tells whether an import of names takes anything that runs. */
  same: number;
  parserCpuMs: number;
  lexerCpuMs: number;
}

const ROUNDS = 3;
/** As the instrument asks for it: the record alone, and the tree left where the parser has it. */
const LAZY: ParserOptions = rawTransferSupported() ? ({ experimentalLazy: true } as ParserOptions) : {};

const [folder = '.'] = process.argv.slice(2);
const { stdout } = await execa('git', ['-C', folder, 'ls-files', '-z']);
const paths = stdout.split('\0').filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.([^.]+\.)?[cm]?ts$/.test(path));
const texts = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
await init();

const report: LexerReport = { files: texts.length, lexed: 0, sameImports: 0, same: 0, parserCpuMs: 0, lexerCpuMs: 0 };
for (const { path, text } of texts) {
  const parsed = readByParser(path, text);
  const lexed = readByLexer(text);
  if (lexed === undefined) continue;
  report.lexed++;
  if (lexed.imports !== parsed.imports) continue;
  report.sameImports++;
  if (lexed.exports === parsed.exports) report.same++;
}
// The first reading above has warmed both.
report.parserCpuMs = cpuMsOf(() => texts.forEach(({ path, text }) => void recordLength(path, text)));
report.lexerCpuMs = cpuMsOf(() => texts.forEach(({ text }) => void readByLexer(text)));
process.stdout.write(JSON.stringify(report));

interface Reading {
  imports: string;
  exports: string;
}

function readByParser(path: string, text: string): Reading {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const imports = [
    ...staticImports.map(({ moduleRequest, entries, start, end }) =>
      mark(moduleRequest.value, entries.length > 0 ? entries.every((each) => each.isType) : isTypeStatement(text.slice(start, end))),
    ),
    ...staticExports.flatMap(({ entries }) => {
      const from = entries.find((each) => each.moduleRequest)?.moduleRequest?.value;
      return from === undefined
        ? []
        : mark(
            from,
            entries.every((each) => each.isType),
          );
    }),
    ...dynamicImports.flatMap(({ moduleRequest }) => literal(text.slice(moduleRequest.start, moduleRequest.end)) ?? []),
  ];
  const exports = staticExports
    .flatMap((statement) => statement.entries)
    .flatMap(({ exportName, isType, importName }) => {
      if (exportName.kind === 'None') return importName.kind === 'AllButDefault' ? mark('*', isType) : [];
      return mark(exportName.kind === 'Default' ? 'default' : (exportName.name ?? ''), isType);
    });
  return { imports: list(imports), exports: list(exports) };
}

/** What the parser costs the instrument. */
function recordLength(path: string, text: string): number {
  const parsed: ReturnType<typeof parseSync> & { dispose?: () => void } = parseSync(path, text, LAZY);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const length = staticImports.length + staticExports.flatMap(({ entries }) => entries).length + dynamicImports.length;
  parsed.dispose?.();
  return length;
}

/** A statement of which every name is a type by itself is a type import too; the lexer marks only the whole. */
function readByLexer(text: string): Reading | undefined {
  try {
    const [imports, exports] = lex(text);
    const specifiers = imports.flatMap((each) => {
      if (each.type === 'dynamic') return each.glob ? [] : (each.specifier ?? []);
      return each.type === 'import-meta' ? [] : mark(each.specifier, each.typeOnly);
    });
    const names = exports.map((each) => mark(each.type === 'reexport-all' ? '*' : each.name, each.typeOnly));
    return { imports: list(specifiers), exports: list(names) };
  } catch {
    return undefined;
  }
}

function mark(name: string, isType: boolean): string {
  return isType ? `type ${name}` : name;
}

function isTypeStatement(statement: string): boolean {
  return /^import\s+type\b/.test(statement);
}

function literal(text: string): string | undefined {
  return /^(['"])(.*)\1$/.exec(text)?.[2];
}

function list(words: readonly string[]): string {
  return [...new Set(words)].sort().join('\n');
}

function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}
