/** A program: runs a trial that never ends, because a test of what its agent hands over does not. */
import { DEFAULT_LIMITS } from '#contracts';
import { environmentOfTests } from '../helpers/workspaces.ts';
import { agentThat, and, asHuman, cornerShop, gradesOf, inMemory, MILESTONES, replace } from './corner-shop.ts';

const [cacheFolder = '', mark = ''] = process.argv.slice(2);
const [first] = MILESTONES;
const host = { environment: environmentOfTests(), cacheFolder };
const daemon = `import { spawn } from 'node:child_process';\nspawn('setsid', ['bash', '-c', "trap '' TERM; exec -a ${mark} sleep 600"], { stdio: 'ignore' }).unref();\nfor (;;);\n`;
const agent = agentThat({ [first]: and(asHuman(first), replace('src/price.ts', '/** Cents of an article. */', daemon)) });
await gradesOf(inMemory(host).deps, await cornerShop(host), agent, { baselineRuns: 1, sandbox: 'required', limits: DEFAULT_LIMITS });
