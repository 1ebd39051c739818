/** A real workspace over the lending library, and a conversation with it that a script leads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { createModelAgent, createScriptedAgent, type ModelClient, parseModelScript } from '#agent';
import {
  type AgentRequest,
  type AgentResult,
  type Assignment,
  DEFAULT_LIMITS,
  DEFAULT_SETUP,
  type Iteration,
  type Limits,
  type RunAgent,
} from '#contracts';
import { buildRepository, openWorkspace, type Workspace } from '#workspace';

const FILES = fileURLToPath(new URL('../../fixtures/agent/lending-library', import.meta.url));
const MILESTONE = 'shorten-loans';

export interface Call {
  name: string;
  arguments: unknown;
}

export interface Turn {
  content?: string;
  toolCalls?: Call[];
}

export const SUBMIT: Turn = { toolCalls: [{ name: 'submit', arguments: { summary: 'done' } }] };

export const call = (name: string, args: unknown): Call => ({ name, arguments: args });

/** Opens fresh workspaces; call once at the top of a test file. */
export function useLibrary(): { open: () => Promise<Workspace> } {
  let cacheFolder: string;
  beforeAll(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'longhaul-agent-'));
  });
  afterAll(() => rm(cacheFolder, { recursive: true, force: true }));
  return {
    async open() {
      const host = { environment: { PATH: process.env.PATH ?? '' }, cacheFolder };
      const { repository, base } = await buildRepository(host, FILES, []);
      return openWorkspace(host, {
        repository,
        commit: base,
        environmentFrom: base,
        setup: { ...DEFAULT_SETUP, install: false },
        sandbox: 'preferred',
        limits: DEFAULT_LIMITS,
      });
    },
  };
}

export interface Worked {
  result: AgentResult;
  iterations: Iteration[];
}

type Changes = Omit<Partial<Assignment>, 'limits' | 'request'> & { limits?: Partial<Limits>; request?: Partial<AgentRequest> };

/** Lets an agent work on the milestone. */
export async function work(agent: RunAgent, workspace: Workspace, changes: Changes = {}): Promise<Worked> {
  const iterations: Iteration[] = [];
  const result = await agent({
    workspace,
    seed: 1,
    signal: new AbortController().signal,
    emit: (iteration) => iterations.push(iteration),
    ...changes,
    request: { id: MILESTONE, title: 'Shorten loans', request: 'Lend books for 14 days.', interface: [], ...changes.request },
    limits: { ...DEFAULT_LIMITS, ...changes.limits },
  });
  return { result, iterations };
}

/** Lets the scripted agent play these turns. */
export function play(turns: Turn[], workspace: Workspace, changes?: Changes): Promise<Worked> {
  return work(scripted(turns), workspace, changes);
}

export function scripted(turns: Turn[]): RunAgent {
  const script = {
    schemaVersion: 1,
    model: 'scripted',
    price: { inputPerMillionUsd: 0.3, outputPerMillionUsd: 1.2 },
    milestones: { [MILESTONE]: turns },
  };
  return createScriptedAgent({ script: parseModelScript(JSON.stringify(script), 'turns of the test') });
}

/** A model that none of ours can play: one that is cut off, or has no price, or breaks. */
export function talking(complete: ModelClient['complete']): RunAgent {
  return createModelAgent({ modelFor: () => ({ complete }) });
}

/** What the model is told about each of these calls, made in one turn. */
export async function observe(workspace: Workspace, ...calls: Call[]): Promise<string[]> {
  const { iterations } = await play([{ toolCalls: calls }, SUBMIT], workspace);
  return iterations[0]?.observations.map((observation) => observation.text) ?? [];
}
