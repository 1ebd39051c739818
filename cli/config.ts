/** The environment to one parsed Config: the only reader of `process.env`. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { LonghaulError } from '#contracts';
import { LAY_METHODS, type LayMethod } from '#workspace/repository';

const PORT = 'must be a port, 1 to 65535';

const Environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    // PostgreSQL allows an empty host before `?host=/run/postgresql`, which no other URL may have.
    .refine((url) => URL.canParse(url.replace('@/', '@localhost/')), 'is no URL')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
    .refine((url) => URL.canParse(url), 'is no URL')
    .optional(),
  LONGHAUL_STATE_DIR: z.string().min(1).optional(),
  LONGHAUL_CACHE_DIR: z.string().min(1).optional(),
  LONGHAUL_DATABASE_PORT: z
    .string()
    .regex(/^\d+$/, PORT)
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, PORT)
    .optional(),
  LONGHAUL_CACHE_MAX_GB: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of gigabytes')
    .transform(Number)
    .optional(),
  LONGHAUL_INSTALL_METHOD: z.enum(LAY_METHODS, `must be one of ${LAY_METHODS.join(', ')}`).optional(),
});

export interface Config {
  /** Null: the embedded server. */
  databaseUrl: string | null;
  databasePort: number | null;
  /** Null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  stateFolder: string;
  cacheFolder: string;
  /** Unset: as `Host` has it. */
  cacheCapBytes?: number;
  layMethod?: LayMethod;
  environment: Readonly<Record<string, string>>;
  now: () => Date;
}

/** @throws E_USAGE naming the variable. */
export function readConfig(): Config {
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  // An empty variable is an unset one, as everywhere.
  const parsed = Environment.safeParse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new LonghaulError('E_USAGE', `${name} ${issue?.message}.`, { action: `Correct ${name} in the environment, or unset it.` });
  }
  const {
    DATABASE_URL,
    REDIS_URL,
    LONGHAUL_STATE_DIR,
    LONGHAUL_CACHE_DIR,
    LONGHAUL_DATABASE_PORT,
    LONGHAUL_CACHE_MAX_GB,
    LONGHAUL_INSTALL_METHOD,
  } = parsed.data;
  return {
    databaseUrl: DATABASE_URL ?? null,
    databasePort: LONGHAUL_DATABASE_PORT ?? null,
    redisUrl: REDIS_URL ?? null,
    stateFolder: folder('LONGHAUL_STATE_DIR', LONGHAUL_STATE_DIR ?? defaultStateFolder(environment)),
    cacheFolder: folder('LONGHAUL_CACHE_DIR', LONGHAUL_CACHE_DIR ?? join(baseFolder(environment.XDG_CACHE_HOME, '.cache'), 'longhaul')),
    ...(LONGHAUL_CACHE_MAX_GB !== undefined && { cacheCapBytes: LONGHAUL_CACHE_MAX_GB * 1e9 }),
    ...(LONGHAUL_INSTALL_METHOD !== undefined && { layMethod: LONGHAUL_INSTALL_METHOD }),
    environment,
    now: () => new Date(),
  };
}

/** Made when first needed. A file on the way there is seen now, while the variable's name is known. */
function folder(variable: string, path: string): string {
  const absolute = resolve(path);
  let existing = absolute;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  if (statSync(existing, { throwIfNoEntry: false })?.isDirectory()) return absolute;
  throw new LonghaulError('E_USAGE', `${variable} is ${absolute}, but ${existing} is no folder.`, {
    action: `Correct ${variable} in the environment, or unset it.`,
  });
}

/** Root's home is closed to the unprivileged user that PostgreSQL then runs as, so root's state lies where services keep theirs. */
function defaultStateFolder(environment: Readonly<Record<string, string>>): string {
  if (process.getuid?.() === 0) return '/var/lib/longhaul';
  return join(baseFolder(environment.XDG_STATE_HOME, '.local/state'), 'longhaul');
}

/** The XDG specification has relative paths ignored. */
function baseFolder(variable: string | undefined, fallback: string): string {
  return variable !== undefined && isAbsolute(variable) ? variable : join(homedir(), fallback);
}

/** Whether errors are shown with stack traces; asked apart from the rest, because reading the rest may be what failed. */
export function wantsTraces(): boolean {
  return process.env.LONGHAUL_DEBUG !== undefined;
}
