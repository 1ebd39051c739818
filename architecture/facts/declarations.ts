/** What a consumer of one file compiles against: the published text of each exported declaration. */
import { hash } from 'node:crypto';
import type { BindingPattern, ModuleExportName, Statement } from 'oxc-parser';
import { isolatedDeclarationSync } from 'oxc-transform';
import { cutText, type Span, sortSpans, spansOfBodies, spansOfPrivateMembers } from './declaration-text.ts';
import type { TextFacts } from './file-facts.ts';
import { readSyntaxTree, type SyntaxTree } from './syntax-tree.ts';

/**
 * The declarations a file exports itself, by exported name (`default` for the default export, `export=` for `export =`), as
 * `isolatedDeclarations` of TypeScript 5.5 would publish them: no bodies, no comments, no private members, one space for any
 * layout, without `export`, `default` and `declare`. Overloads and merged declarations stand in one text. Declarations of the
 * file that are not exported and that it needs follow as `Name@hash of their text`: who changes them changes it.
 *
 * What is exported without an annotation cannot be published from one file alone: a function then has no return type
 * (`function price(parcel: Parcel)`), a variable stands as it is written, without the bodies of functions
 * (`const price = (parcel: Parcel) =>`). Equal texts then do not prove equal types.
 *
 * Names that are passed on from another file have no text here. Plain JavaScript declares nothing: its texts are empty.
 */
export function readDeclarations(path: string, text: string, source: SyntaxTree): Pick<TextFacts, 'abstractions' | 'declarations'> {
  const published = isolatedDeclarationSync(path, text);
  // Exported destructuring is left without any name, which is no grammar.
  const code = published.code.replace(/^export declare (const|let|var);$/gm, '');
  const file = readPublished(readSyntaxTree('published.ts', code), code);
  if (published.errors.length > 0) fillFromSource(file, source, text);
  return summarize(file, /\.[cm]?jsx?$/.test(path));
}

interface Declaration {
  texts: string[];
  abstract: boolean;
  /** The annotation is missing and nothing is published in its place. */
  unknown: boolean;
}

interface PublishedFile {
  /** By name inside the file. */
  declared: Map<string, Declaration>;
  /** Exported name to name inside the file. */
  exported: Map<string, string>;
}

const DEFAULT = '*default*';

function readPublished({ program, comments }: SyntaxTree, code: string): PublishedFile {
  const file: PublishedFile = { declared: new Map(), exported: new Map() };
  const cuts = sortSpans([...comments, ...spansOfPrivateMembers(program, code)]);
  for (const statement of program.body) {
    if (statement.type === 'TSExportAssignment') {
      if (statement.expression.type === 'Identifier') file.exported.set('export=', statement.expression.name);
    } else if (statement.type === 'ExportDefaultDeclaration') {
      if (statement.declaration.type === 'Identifier') file.exported.set('default', statement.declaration.name);
      else declare(file, statement.declaration as Statement, code, cuts, 'default');
    } else if (statement.type === 'ExportNamedDeclaration') {
      if (statement.declaration) declare(file, statement.declaration as Statement, code, cuts, 'name');
      else if (!statement.source) {
        for (const { local, exported } of statement.specifiers) file.exported.set(nameOf(exported), nameOf(local));
      }
    } else declare(file, statement as Statement, code, cuts);
  }
  return file;
}

/** @param as whether the statement exports what it declares, and how */
function declare(file: PublishedFile, statement: Statement, code: string, cuts: readonly Span[], as?: 'default' | 'name'): void {
  if (statement.type === 'VariableDeclaration') {
    for (const declarator of statement.declarations) {
      if (declarator.id.type !== 'Identifier') continue;
      const type = declarator.id.typeAnnotation?.typeAnnotation.type;
      const unknown = declarator.init === null && (type === undefined || type === 'TSUnknownKeyword');
      add(file, declarator.id.name, `${statement.kind} ${cutText(code, declarator, cuts)}`, { abstract: false, unknown }, as);
    }
    return;
  }
  const id = 'id' in statement ? statement.id : undefined;
  const name = id?.type === 'Identifier' ? id.name : as === 'default' ? DEFAULT : undefined;
  if (name === undefined) return;
  const abstract =
    statement.type === 'TSInterfaceDeclaration' ||
    statement.type === 'TSTypeAliasDeclaration' ||
    (statement.type === 'ClassDeclaration' && statement.abstract === true);
  add(file, name, cutText(code, statement, cuts).replace(/^declare /, ''), { abstract, unknown: false }, as);
}

function add(
  { declared, exported }: PublishedFile,
  name: string,
  text: string,
  { abstract, unknown }: { abstract: boolean; unknown: boolean },
  as?: 'default' | 'name',
): void {
  const known = declared.get(name);
  if (known) known.texts.push(text);
  if (known && !abstract) known.abstract = false;
  if (!known) declared.set(name, { texts: [text], abstract, unknown });
  if (as) exported.set(as === 'default' ? 'default' : name, name);
}

/** Variables of which nothing could be published stand as they are written. */
function fillFromSource(file: PublishedFile, { program, comments }: SyntaxTree, text: string): void {
  const { declared, exported } = file;
  const cuts = sortSpans([...comments, ...spansOfBodies(program)]);
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const known = declared.get(exported.get('default') ?? '');
      if (known?.unknown) known.texts = [`default ${cutText(text, statement.declaration, cuts)}`];
      continue;
    }
    const isExport = statement.type === 'ExportNamedDeclaration';
    const declaration = isExport ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const declarator of declaration.declarations) {
      const written = `${declaration.kind} ${cutText(text, declarator, cuts)}`;
      const isPattern = declarator.id.type !== 'Identifier';
      for (const name of namesOf(declarator.id)) {
        const known = declared.get(name);
        if (known?.unknown) known.texts = [written];
        else if (isPattern && isExport) add(file, name, written, { abstract: false, unknown: false }, 'name');
      }
    }
  }
}

function summarize({ declared, exported }: PublishedFile, isPlainJavaScript: boolean): Pick<TextFacts, 'abstractions' | 'declarations'> {
  const declarations: Record<string, string> = Object.create(null);
  const abstractions = { abstract: 0, all: 0 };
  const hidden = new Map(declared);
  for (const local of exported.values()) hidden.delete(local);
  const needs = needsAmong(hidden);
  for (const [name, local] of [...exported].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = declared.get(local);
    if (!own) continue;
    abstractions.all++;
    if (own.abstract) abstractions.abstract++;
    declarations[name] = isPlainJavaScript ? '' : [...own.texts, ...needs(own)].join('\n');
  }
  return { abstractions, declarations };
}

const IDENTIFIER = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
/** Bounds the work on a file whose declarations all need each other. */
const MAX_NEEDS = 100;

/** The hidden declarations that one needs, and those that these need, nearest first. A property of the same name counts as a need. */
function needsAmong(hidden: ReadonlyMap<string, Declaration>): (declaration: Declaration) => string[] {
  if (hidden.size === 0) return () => [];
  const direct = new Map<Declaration, string[]>();
  const hashes = new Map<string, string>();
  const directOf = (declaration: Declaration) => {
    const names = declaration.texts.flatMap((text) => text.match(IDENTIFIER) ?? []).filter((name) => hidden.has(name));
    direct.set(declaration, [...new Set(names)]);
    return direct.get(declaration) as string[];
  };
  const hashOf = (name: string) => {
    const known = hashes.get(name) ?? hash('sha1', hidden.get(name)?.texts.join('\n') ?? '').slice(0, 8);
    hashes.set(name, known);
    return known;
  };
  return (declaration) => {
    const needed = new Set<string>(direct.get(declaration) ?? directOf(declaration));
    for (const name of needed) {
      if (needed.size > MAX_NEEDS) break;
      const next = hidden.get(name) as Declaration;
      for (const other of direct.get(next) ?? directOf(next)) needed.add(other);
    }
    return [...needed].slice(0, MAX_NEEDS).map((name) => `${name}@${hashOf(name)}`);
  };
}

/** Every name that a variable's pattern binds. */
function namesOf(pattern: BindingPattern): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type === 'AssignmentPattern') return namesOf(pattern.left as BindingPattern);
  if (pattern.type === 'ArrayPattern') {
    return pattern.elements.flatMap((each) => (each ? namesOf(each.type === 'RestElement' ? each.argument : each) : []));
  }
  return pattern.properties.flatMap((each) => namesOf(each.type === 'RestElement' ? each.argument : each.value));
}

function nameOf(name: ModuleExportName): string {
  return name.type === 'Literal' ? name.value : name.name;
}
