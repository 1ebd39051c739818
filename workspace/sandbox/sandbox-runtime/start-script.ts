/** The first thing that runs inside: it gives the command its environment and nothing that the library has added to it. */
import { SHELL_VARIABLES } from '../host-places.ts';
import { shellWord } from '../shell-word.ts';

/** What the script says on file descriptor 3 before the command begins. */
export const BEGUN = 'begun\n';

/** By which programs find a proxy. Inside it is the library's, the only way out. */
export const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

const MARK = 'LONGHAUL_INSIDE_';

/** Under other names, the library's own values cannot take their place; in the environment, nobody else on the machine sees them. */
export function marked(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [`${MARK}${name}`, value]));
}

/** For bash 3.2 and later, with what `marked` returns in its environment. @param network whether the library's proxy is kept in sight. */
export function startScript(argv: readonly string[], cwd: string, network: boolean): string {
  const kept = [`${MARK}*`, ...(network ? PROXY_VARIABLES : [])].join('|');
  return [
    `for ${MARK} in $(compgen -e); do case $${MARK} in ${kept}) ;; *) unset "$${MARK}" ;; esac; done`,
    `for ${MARK} in $(compgen -e ${MARK}); do export "\${${MARK}#${MARK}}=\${!${MARK}}"; unset "$${MARK}"; done`,
    // From 2 on, yarn looks for a proxy in its own settings only.
    ...(network ? ['export YARN_HTTP_PROXY="$HTTP_PROXY" YARN_HTTPS_PROXY="$HTTPS_PROXY"'] : []),
    `cd ${shellWord(cwd)} || exit`,
    `echo ${BEGUN.trim()} >&3`,
    'exec 3>&-',
    `exec /usr/bin/env ${[...SHELL_VARIABLES.flatMap((variable) => ['-u', variable]), ...argv.map(shellWord)].join(' ')}`,
  ].join('\n');
}
