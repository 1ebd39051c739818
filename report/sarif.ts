/** A check as SARIF 2.1.0, the form in which code-scanning services take findings in. */
import { createHash } from 'node:crypto';
import { ARCHITECTURE_RULES, type ArchitectureRule, type CheckFinding, type CheckReport, type Severity } from '#contracts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** GitHub shows the 5,000 most severe results of a run. Source: docs.github.com, "SARIF support for code scanning", limits. */
const MAX_RESULTS = 5_000;
/** It shows 100 locations of a result. Same source. */
const MAX_RELATED = 100;

const LEVELS = { gate: 'error', warn: 'warning', record: 'note' } as const satisfies Record<Severity, string>;

/**
 * Paths are relative to `%SRCROOT%`, the top of the repository, so that the same findings give the same text on every machine.
 * A finding keeps its fingerprint when lines move. An unscored check is an invocation that did not succeed.
 */
export function renderSarif(report: CheckReport): string {
  const shown = report.findings.slice(0, MAX_RESULTS);
  const rules = [...new Set(shown.map(({ rule }) => rule))].sort();
  const document = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Longhaul',
            semanticVersion: report.version,
            rules: rules.map((rule) => describeRule(rule, shown.find((finding) => finding.rule === rule) as CheckFinding)),
          },
        },
        automationDetails: { id: 'longhaul/check/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The top folder of the repository.' } } },
        invocations: [{ executionSuccessful: report.verdict !== 'unscored', toolExecutionNotifications: notifications(report) }],
        results: shown.map((finding) => describeFinding(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function describeRule(id: string, finding: CheckFinding) {
  const known = ARCHITECTURE_RULES.get(id);
  const { title, reason, instead }: ArchitectureRule = known ?? {
    title: id,
    reason: 'A rule of a newer version.',
    instead: 'Read the message of the finding.',
  };
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: reason },
    help: { text: `${reason}\nWhat to do: ${instead}`, markdown: `${markdown(reason)}\n\n**What to do:** ${markdown(instead)}` },
    defaultConfiguration: { level: LEVELS[finding.severity] },
    properties: { tags: ['architecture', 'maintainability'], precision: 'high' },
  };
}

function describeFinding({ id, rule, severity, message, place, witness, human }: CheckFinding, rules: readonly string[]) {
  const related = witness.filter((step) => SOURCE.test(step) && step !== place.path).slice(0, MAX_RELATED);
  const proof = witness.length > 1 ? `\n${witness.join(' -> ')}` : '';
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[severity],
    message: { text: `${message}${proof}` },
    locations: [location(place.path, place.line)],
    ...(related.length > 0 && { relatedLocations: related.map((path, index) => ({ id: index, ...location(path) })) }),
    partialFingerprints: { 'longhaulFinding/v1': createHash('sha256').update(id).digest('hex') },
    properties: { identity: id, ...(human && { humanCommits: human.of, humanCommitsTripped: human.tripped }) },
  };
}

/** A witness may also be a specifier or the name of a module. */
const SOURCE = /^[^.#@].*\.[cm]?[jt]sx?$/;

function location(path: string, line?: number) {
  return {
    physicalLocation: {
      artifactLocation: { uri: path.toWellFormed().split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
      ...(line !== undefined && { region: { startLine: line } }),
    },
  };
}

function notifications(report: CheckReport) {
  const left = report.findings.length - MAX_RESULTS;
  return [
    ...(report.reason === null ? [] : [notification('error', report.reason)]),
    ...report.unread.map(({ path, reason }) => notification('warning', `${path} was not read: ${reason}`)),
    ...report.notes.map((note) => notification('note', note)),
    ...(left > 0 ? [notification('warning', `${left} further findings are left out: a code-scanning service shows ${MAX_RESULTS}.`)] : []),
  ];
}

function notification(level: 'error' | 'warning' | 'note', text: string) {
  return { level, message: { text } };
}

function pascalCase(id: string): string {
  const words = id.match(/[\p{L}\p{N}]+/gu) ?? ['Rule'];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** Text of a repository must not become a link or an image on somebody's page. */
function markdown(text: string): string {
  return text.replace(/[\\*_[\]<>|~#!]/g, '\\$&');
}
