import { board } from './board.ts';

const stat = { kind: 'stat', width: 6, height: 5 } as const;
const time = { kind: 'timeseries' } as const;

/** What it is used for, how good the answers are, and what it costs. */
export const businessMetrics = board({
  uid: 'h200-business-metrics',
  title: 'H200 business metrics',
  about: 'Analyses, their quality, what people said of them, messages, cost.',
  rows: [
    {
      title: 'Last 24 hours',
      panels: [
        {
          ...stat,
          title: 'Analyses',
          about: 'Answered, from the cache too.',
          unit: 'none',
          queries: [
            {
              expr: 'sum(increase(h200_analyses_total{status="success"}[24h])) + sum(increase(h200_cache_hits_total[24h]))',
              legend: 'analyses',
            },
          ],
        },
        {
          ...stat,
          title: 'Success',
          about: 'Of those that were computed; what callers did wrong is left out.',
          unit: 'percentunit',
          limits: { yellow: 0.99, red: 0.95, falls: true },
          queries: [
            {
              expr: 'sum(increase(h200_analyses_total{status="success"}[24h])) / (sum(increase(h200_analyses_total{status!="refused"}[24h])) > 0)',
              legend: 'success',
            },
          ],
        },
        {
          ...stat,
          title: 'Cost',
          about: 'Of GPU servers, as counted here; serverless ones as billed.',
          unit: 'currencyUSD',
          queries: [{ expr: 'sum(increase(h200_cost_usd_total[24h]))', legend: 'cost' }],
        },
        {
          ...stat,
          title: 'Cost of an analysis',
          about: 'Cost of the day over its analyses.',
          unit: 'currencyUSD',
          queries: [
            {
              expr: 'sum(increase(h200_cost_usd_total[24h])) / (sum(increase(h200_analyses_total{status="success"}[24h])) > 0)',
              legend: 'each',
            },
          ],
        },
      ],
    },
    {
      title: 'Analyses',
      panels: [
        {
          ...time,
          title: 'Analyses an hour',
          about: 'By how they came out.',
          unit: 'none',
          queries: [
            { expr: 'sum by (status) (increase(h200_analyses_total[1h]))', legend: '{{status}}' },
            { expr: 'sum(increase(h200_cache_hits_total[1h]))', legend: 'from the cache' },
          ],
        },
        {
          ...time,
          title: 'Rules evaluated an hour',
          about: 'Over all analyses.',
          unit: 'none',
          queries: [{ expr: 'sum(increase(h200_rule_executions_total[1h]))', legend: 'rules' }],
        },
        {
          ...time,
          title: 'Succeeded and failed',
          about: 'A second.',
          unit: 'ops',
          queries: [
            { expr: 'h200:successful_analyses:rate5m', legend: 'succeeded' },
            { expr: 'h200:failed_analyses:rate5m', legend: 'failed' },
          ],
        },
      ],
    },
    {
      title: 'Quality',
      panels: [
        {
          ...time,
          title: 'Confidence',
          about: 'Mean confidence of the mugs that were found.',
          unit: 'percentunit',
          max: 1,
          limits: { yellow: 0.7, red: 0.7, falls: true },
          queries: [{ expr: 'h200:confidence:mean10m', legend: 'mean' }],
        },
        {
          ...time,
          title: 'What people said',
          about: 'Judgements within a day.',
          unit: 'none',
          queries: [
            {
              expr: 'sum by (is_correct, about) (increase(h200_feedback_total[24h]))',
              legend: '{{about}} right: {{is_correct}}',
            },
          ],
        },
        {
          ...time,
          title: 'Cache',
          about: 'Share of the analyses that it answered.',
          unit: 'percentunit',
          max: 1,
          limits: { yellow: 0.85, red: 0.8, falls: true },
          queries: [{ expr: 'h200:cache_hit_ratio:5m', legend: 'hits' }],
        },
      ],
    },
    {
      title: 'Cost',
      panels: [
        {
          ...time,
          title: 'Cost an hour',
          about: 'Of GPU servers, by type.',
          unit: 'currencyUSD',
          nothing: 'none are rented',
          queries: [{ expr: 'sum by (server_type) (increase(h200_cost_usd_total[1h]))', legend: '{{server_type}}' }],
        },
        {
          ...time,
          title: 'A month at this rate',
          about: 'Cost of the last 24 hours, times 30: an estimate, not a bill.',
          unit: 'currencyUSD',
          nothing: 'none are rented',
          queries: [{ expr: 'sum(increase(h200_cost_usd_total[24h])) * 30', legend: 'estimate' }],
        },
        {
          ...time,
          title: 'Servers that run',
          about: 'By type.',
          unit: 'none',
          nothing: 'none are rented',
          queries: [{ expr: 'max by (server_type) (h200_gpu_servers{state="running"})', legend: '{{server_type}}' }],
        },
      ],
    },
    {
      title: 'Messages',
      panels: [
        {
          ...time,
          title: 'Delivered an hour',
          about: 'By target.',
          unit: 'none',
          nothing: 'no target is configured',
          queries: [{ expr: 'sum by (target) (increase(h200_outbox_delivered_total[1h]))', legend: '{{target}}' }],
        },
        {
          ...time,
          title: 'Failed an hour',
          about: 'Deliveries that failed and are tried again, and messages that were given up.',
          unit: 'none',
          nothing: 'no target is configured',
          queries: [
            { expr: 'sum by (target) (increase(h200_webhook_failures_total[1h]))', legend: '{{target}}' },
            { expr: 'sum by (target) (increase(h200_outbox_dead_letters_total[1h]))', legend: 'given up {{target}}' },
          ],
        },
        {
          ...time,
          title: 'n8n and Templated.io',
          about: 'Since the last delivery to n8n; calls of Templated.io that failed within an hour.',
          unit: 's',
          nothing: 'not configured',
          queries: [
            { expr: 'time() - (h200_n8n_last_success_timestamp > 0)', legend: 'since n8n' },
            { expr: 'sum(increase(h200_templated_api_failures_total[1h]))', legend: 'Templated.io failures' },
          ],
        },
      ],
    },
  ],
});
