/** Bounds the time of a computation on which a repository's own patterns have a say. */
import { types } from 'node:util';
import vm from 'node:vm';

const program = new vm.Script('work()');

/**
 * What `work` returns, or undefined when it is not done in `timeoutMs`. A repository's regular expression may backtrack for hours (`^(a+)+$`); engines
 * of linear time know neither lookahead nor back references, which real rules use, so the time is bounded instead of the language.
 * `work` is stopped anywhere, so it must change nothing outside of itself.
 */
export function withinTime<Result>(timeoutMs: number, work: () => Result): { result: Result } | undefined {
  const sandbox = { work };
  try {
    return { result: program.runInNewContext(sandbox, { timeout: timeoutMs }) };
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}
