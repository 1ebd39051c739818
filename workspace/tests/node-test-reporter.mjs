/** Reporter for node:test that writes one JSON line per test; plain JavaScript, because it runs on whatever Node the repository needs. */
export default async function* report(source) {
  const ancestors = new Map();
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      const path = (ancestors.get(data.file) ?? []).slice(0, data.nesting);
      path.push(data.name);
      ancestors.set(data.file, path);
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' && type === 'test:pass') continue;
    // node:test starts the children of a suite before the next sibling, so the open names above this one are its suites.
    const titles = [...(ancestors.get(data.file) ?? []).slice(0, data.nesting), data.name];
    const error = data.details?.error;
    yield `${JSON.stringify({
      file: data.file,
      titles,
      suite: data.details?.type === 'suite',
      status: data.skip !== undefined || data.todo !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      durationMs: data.details?.duration_ms ?? 0,
      message: error ? String(error.cause?.stack ?? error.cause?.message ?? error.message) : undefined,
      childFailed: error?.failureType === 'subtestsFailed',
    })}\n`;
  }
}
