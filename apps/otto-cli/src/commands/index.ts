import type { Command } from '../declare-command.js';
import { accessGrantCommand } from './access-grant.js';
import { accessListCommand } from './access-list.js';
import { accessRevokeCommand } from './access-revoke.js';
import { authcodeCommand } from './authcode.js';
import { clientForgetCommand } from './client-forget.js';
import { clientListCommand } from './client-list.js';
import { clientLoginCommand } from './client-login.js';
import { clientRegisterCommand } from './client-register.js';
import { clientRemoveCommand } from './client-remove.js';
import { clientScopesCommand } from './client-scopes.js';
import { clientStatusCommand } from './client-status.js';
import { cmdCommand } from './cmd.js';
import { commandsListCommand } from './commands-list.js';
import { commandsTemplateCommand } from './commands-template.js';
import { completionCommand } from './completion.js';
import { configGetCommand } from './config-get.js';
import { configSetCommand } from './config-set.js';
import { configCommand } from './config.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { explainCommand } from './explain.js';
import { extractContentCommand } from './extract-content.js';
import { listenerListCommand } from './listener-list.js';
import { listenerSubscribeNetworkCommand } from './listener-subscribe-network.js';
import { listenerUnsubscribeCommand } from './listener-unsubscribe.js';
import { logsExportCommand } from './logs-export.js';
import { logsFollowCommand } from './logs-follow.js';
import { logsListCommand } from './logs-list.js';
import { logsStatusCommand } from './logs-status.js';
import { nodeListCommand } from './node-list.js';
import { nodeRemoveCommand } from './node-remove.js';
import { nodeStartCommand } from './node-start.js';
import { pairCommand } from './pair.js';
import { restartCommand } from './restart.js';
import { revokeCommand } from './revoke.js';
import { screenshotCommand } from './screenshot.js';
import { securitySelfTestCommand } from './security-self-test.js';
import { serviceInstallCommand } from './service-install.js';
import { serviceStatusCommand } from './service-status.js';
import { serviceUninstallCommand } from './service-uninstall.js';
import { setupCommand } from './setup.js';
import { snapshotCommand } from './snapshot.js';
import { startCommand } from './start.js';
import { statusCommand } from './status.js';
import { stopCommand } from './stop.js';
import { testSiteCommand } from './test-site-command.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  demoCommand,
  setupCommand,
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
  nodeStartCommand,
  nodeListCommand,
  nodeRemoveCommand,
  pairCommand,
  authcodeCommand,
  revokeCommand,
  accessListCommand,
  accessGrantCommand,
  accessRevokeCommand,
  clientRegisterCommand,
  clientLoginCommand,
  clientStatusCommand,
  clientListCommand,
  clientForgetCommand,
  clientRemoveCommand,
  clientScopesCommand,
  cmdCommand,
  commandsListCommand,
  commandsTemplateCommand,
  testSiteCommand,
  extractContentCommand,
  snapshotCommand,
  screenshotCommand,
  listenerSubscribeNetworkCommand,
  listenerUnsubscribeCommand,
  listenerListCommand,
  explainCommand,
  logsListCommand,
  logsFollowCommand,
  logsExportCommand,
  logsStatusCommand,
  doctorCommand,
  serviceInstallCommand,
  serviceUninstallCommand,
  serviceStatusCommand,
  securitySelfTestCommand,
  configCommand,
  configGetCommand,
  configSetCommand,
  completionCommand,
];
