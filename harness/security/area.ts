/** Whose code a file is: the product's, its tests' or its tools'. */
import { isTestFile } from '#workspace/paths';

/** `product`: reaches users. `tests`: runs in test runs and documents. `tooling`: runs on the machines of those who build it. */
export type Area = 'product' | 'tests' | 'tooling';

const TEST_FOLDER = /(^|\/)(e2e|cypress|fixtures?|testdata|test-[\w-]+|[\w-]+-tests?|mocks?|runtime-tests)\//;
const DOCUMENTS = /(^|\/)(docs?|website|www|examples?|demos?|playgrounds?|samples?)\/|\.(md|mdx|markdown|txt|rst)$/i;
/** Only at the root of the repository or of a package: `src/tools/` is a product's own. */
const TOOLS_FOLDER = /^((packages|apps|libs|modules)\/[^/]+\/)?(\.[\w-]+|scripts?|tools?|build|bench(marks?)?|perf[\w-]*|config|ci)\//;
const TOOLS_FILE =
  /(^|\/)([\w.-]+\.(config|conf)\.[cm]?[jt]s|\.\w[\w.-]*rc(\.\w+)?|(gulp|grunt|make|jake|rake|docker|karma)[\w.-]*file[\w.-]*|makefile\.js)$/i;

/** By path alone, so that it means the same in every tree. */
export function areaOf(path: string): Area {
  if (isTestFile(path) || TEST_FOLDER.test(path) || DOCUMENTS.test(path)) return 'tests';
  return TOOLS_FOLDER.test(path) || TOOLS_FILE.test(path) ? 'tooling' : 'product';
}
