/** Lists the errors that an edit would bring into a project. */
import { ts } from 'ts-morph';

/**
 * Syntactic and semantic errors of `files` that `after` has and `before` has not, as `<file>:<line> <message>`.
 * Errors are compared by file, code and message, never by position; each old one excuses one new one.
 * @param toNewName says an old message in the words of the new program.
 */
export function newErrors(
  before: ts.Program,
  after: ts.Program,
  files: Iterable<string>,
  toNewName: (message: string) => string,
): string[] {
  const fresh: string[] = [];
  for (const file of files) {
    const errors = errorsIn(after, file);
    // Most files have none, and then the old program need not be checked at all.
    if (errors.length === 0) continue;
    const excused = new Map<string, number>();
    for (const { code, message } of errorsIn(before, file)) {
      const key = `${code} ${toNewName(message)}`;
      excused.set(key, (excused.get(key) ?? 0) + 1);
    }
    for (const { code, message, line } of errors) {
      const key = `${code} ${toNewName(message)}`;
      const left = excused.get(key) ?? 0;
      if (left > 0) excused.set(key, left - 1);
      else fresh.push(`${file}:${line} ${message}`);
    }
  }
  return fresh;
}

function errorsIn(program: ts.Program, file: string): { code: number; message: string; line: number }[] {
  const source = program.getSourceFile(file);
  if (source === undefined) return [];
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error)
    .map((diagnostic) => ({
      code: diagnostic.code,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
      line: source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1,
    }));
}
