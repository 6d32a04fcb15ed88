import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { routeAdministration } from './administration.ts';
import { routeAnalyses } from './analyses.ts';
import { API_DOCUMENT, routeApiDocs } from './api-docs.ts';
import { API_DOCS, routeApiPage } from './api-page.ts';
import { routeAuth } from './auth.ts';
import { routeBrowserLogins } from './browser-logins.ts';
import { routeCalibrations } from './calibrations.ts';
import { routeCameras } from './cameras.ts';
import { routeDashboard } from './dashboard.ts';
import { routeDelegations } from './delegations.ts';
import { demandPermissions } from './demand-permissions.ts';
import { routeDeployments } from './deployments.ts';
import { tagAnswers } from './etags.ts';
import { routeExport } from './export.ts';
import { routeFeedback } from './feedback.ts';
import { routeFirstAdmin } from './first-admin.ts';
import { routeJobs } from './jobs.ts';
import { refuseUnknownHeaders } from './known-headers.ts';
import { routeNotifications } from './notifications.ts';
import { routeQueue } from './queue.ts';
import { makeRepeatable } from './repeatable.ts';
import { routeRouting } from './routing.ts';
import { routeRuleBulk } from './rule-bulk.ts';
import { routeRuleEvaluation } from './rule-evaluation.ts';
import { routeRuleRecords } from './rule-records.ts';
import { routeRules } from './rules.ts';
import { routeSearch } from './search.ts';
import { routeSeries } from './series.ts';
import { routeServers } from './servers.ts';
import { routeSetupPage } from './setup-page.ts';

export const API = '/api/v1';

/** REST under /api/v1, its OpenAPI document and a page to try it. */
export function restPlugin(): MakePlugin {
  return (services) => ({
    index: { api: API, docs: API_DOCS, openapi: API_DOCUMENT },
    async routes(app) {
      // Handlers check what came in, and answer what the contract types say.
      app.setValidatorCompiler(() => () => true);
      app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
      await app.register(multipart, { throwFileSizeLimit: true });
      tagAnswers(app);
      await routeApiDocs(app, services.version);
      routeApiPage(app);
      if (!services.capabilities.readOnly) routeSetupPage(app, services);
      await app.register(
        async (api) => {
          demandPermissions(api);
          refuseUnknownHeaders(api);
          makeRepeatable(api, services);
          routeAll(api, services);
        },
        { prefix: API },
      );
    },
  });
}

function routeAll(api: FastifyInstance, services: Services): void {
  routeAnalyses(api, services);
  routeFeedback(api, services);
  routeExport(api, services);
  routeJobs(api, services);
  routeRules(api, services);
  routeRuleRecords(api, services);
  routeRuleEvaluation(api, services);
  routeRuleBulk(api, services);
  routeCalibrations(api, services);
  routeCameras(api, services);
  routeSearch(api, services);
  routeDelegations(api, services);
  routeServers(api, services);
  routeDeployments(api, services);
  routeRouting(api, services);
  routeDashboard(api, services);
  routeSeries(api, services);
  routeNotifications(api, services);
  routeQueue(api, services);
  routeAuth(api, services);
  routeBrowserLogins(api, services);
  routeFirstAdmin(api, services);
  routeAdministration(api, services);
}
