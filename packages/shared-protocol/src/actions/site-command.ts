import * as z from 'zod';
import { defineAction } from './define-action.js';
import { callerField, tabField } from './fields.js';

export const AUTH_MODES = ['auto', 'strict_fail', 'skip'] as const;
export const COMMAND_FIELD_TYPES = ['string', 'number', 'boolean', 'object', 'array'] as const;
export const COMMAND_ORIGINS = ['bundled', 'user'] as const;

const name = z.string().min(1).max(200);

/** What a node says of a site command that it has. */
export const siteCommandDescriptor = z.object({
  site: name,
  id: name,
  displayName: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  requiresAuth: z.boolean(),
  /** Where a tab for it is opened; without one, at the root of the site over HTTPS. */
  startUrl: z.string().optional(),
  /** The host that the tab is brought to before the command runs. */
  preloadHost: z.string().optional(),
  inputFields: z
    .array(
      z.object({
        name,
        type: z.enum(COMMAND_FIELD_TYPES),
        description: z.string(),
        optional: z.boolean().optional(),
      }),
    )
    .optional(),
  /** At least one of these fields must be given. */
  inputAtLeastOneOf: z.array(name).optional(),
  /** How long the command may take, if its input says how much there is to do; its sender has to allow as much. */
  timeoutPolicy: z
    .object({
      defaultMs: z.number().optional(),
      scaling: z
        .object({
          inputField: name,
          baseMs: z.number(),
          perUnitMs: z.number(),
          minMs: z.number().optional(),
          maxMs: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
  /** It came with the node, or its user put it there; a user's own goes before a bundled one of the same name. */
  origin: z.enum(COMMAND_ORIGINS).optional(),
});

/** A file of a user's commands that the node could not use. */
export const siteCommandProblem = z.object({
  /** Below the folder of commands. */
  file: z.string(),
  reason: z.string(),
});

const run = {
  input: z
    .record(z.string(), z.unknown())
    .describe('What the command takes; `command.list` names the fields of each.')
    .optional(),
  authMode: z
    .enum(AUTH_MODES)
    .describe(
      'Whether somebody is logged in: `auto` may look at another page for it, `strict_fail` never moves the tab, `skip` does not look.',
    )
    .optional(),
  ...tabField,
  ...callerField,
};

const chosen = {
  site: name.describe('The site, such as `reddit.com`.'),
  command: name.describe('The `id` of the command.'),
};

const errors = [
  'unknown_site',
  'unknown_command',
  'unknown_tab_session',
  'tab_url_not_ready',
  'site_mismatch',
  'missing_command_input',
  'missing_command_input_one_of',
  'invalid_command_input_type',
  'unexpected_command_input',
  'manual_login_required',
  'preload_host_mismatch',
  'navigation_failed',
  'too_many_tabs',
  'element_not_found',
  'element_not_actionable',
  'stale_element_ref',
  'wait_timed_out',
  'dialog_open',
  'tab_closed',
  'tab_crashed',
  'script_failed',
  'content_too_large',
] as const;

export const siteCommandActions = {
  'command.list': defineAction({
    summary: 'Lists the site commands of this node, of all sites or of one.',
    tab: 'never',
    readOnly: true,
    needsCaller: false,
    input: z.strictObject({ site: name.describe('Only the commands of this site.').optional() }),
    example: { site: 'reddit.com' },
    output: z.object({
      commands: z.array(siteCommandDescriptor),
      problems: z
        .array(siteCommandProblem)
        .describe('Files of commands that the node could not use, of all sites or of the one that was asked for.')
        .optional(),
    }),
    errors: ['unknown_site'],
  }),
  'command.run': defineAction({
    summary:
      'Runs a command of a site, in a tab that is there or in a temporary one, within the time that its sender allows: a `timeoutPolicy` of it lengthens nothing.',
    tab: 'optional',
    readOnly: false,
    needsCaller: true,
    input: z.strictObject({ ...chosen, ...run }),
    example: { site: 'reddit.com', command: 'getPosts', input: { limit: 10 } },
    output: z.unknown(),
    errors,
  }),
  'command.test': defineAction({
    summary: 'Tries a command of a site by its own test, or else runs it.',
    tab: 'optional',
    readOnly: false,
    needsCaller: true,
    input: z.strictObject({ ...chosen, ...run }),
    example: { site: 'reddit.com', command: 'getPosts' },
    output: z.unknown(),
    errors,
  }),
  'command.reddit_posts': defineAction({
    summary: 'Runs getPosts of reddit.com, a command that its user must have given the node, as older clients know it.',
    tab: 'optional',
    readOnly: false,
    needsCaller: true,
    replacedBy: 'command.run',
    input: z.strictObject(run),
    example: { input: { limit: 10 } },
    output: z.unknown(),
    errors,
  }),
};

/** What a node says of a site command that it has. */
export type SiteCommandDescriptor = z.output<typeof siteCommandDescriptor>;

/** A file of a user's commands that the node could not use. */
export type SiteCommandProblem = z.output<typeof siteCommandProblem>;
