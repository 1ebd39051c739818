/** All rules of integrity, in the order their findings are shown. Adding one is one file and one line. */
import type { Rule } from '../rule.ts';
import { deletedTests } from './deleted-tests.ts';
import { disabledTests } from './disabled-tests.ts';
import { equalToAnything } from './equal-to-anything.ts';
import { forcedExit } from './forced-exit.ts';
import { loweredThresholds } from './lowered-thresholds.ts';
import { mockedSubject } from './mocked-subject.ts';
import { patchedRunner } from './patched-runner.ts';
import { plantedFiles } from './planted-files.ts';
import { redirects } from './redirects.ts';
import { rewrittenSnapshots } from './rewritten-snapshots.ts';
import { runnerInProgram } from './runner-in-program.ts';
import { specialCasedInputs } from './special-cased-inputs.ts';
import { swallowedErrors } from './swallowed-errors.ts';
import { testAwareness } from './test-awareness.ts';
import { testsWithoutOracle } from './tests-without-oracle.ts';
import { typeEscapes } from './type-escapes.ts';
import { weakenedAssertions } from './weakened-assertions.ts';
import { weakenedConfig } from './weakened-config.ts';

export const RULES: readonly Rule[] = [
  deletedTests,
  disabledTests,
  weakenedAssertions,
  rewrittenSnapshots,
  mockedSubject,
  testsWithoutOracle,
  specialCasedInputs,
  testAwareness,
  patchedRunner,
  runnerInProgram,
  equalToAnything,
  forcedExit,
  weakenedConfig,
  loweredThresholds,
  redirects,
  plantedFiles,
  swallowedErrors,
  typeEscapes,
];
