import { board } from './board.ts';

const time = { kind: 'timeseries' } as const;
const NONE = 'no dcgm-exporter';
const GPU = '{{instance}} GPU {{gpu}}';

/** What the GPUs do, and what the models make of them. */
export const gpuDetailed = board({
  uid: 'h200-gpu-detailed',
  title: 'H200 GPUs in detail',
  about: 'GPUs as dcgm-exporter sees them, model runs, and the GPU servers that are rented.',
  rows: [
    {
      title: 'GPUs (dcgm-exporter)',
      panels: [
        {
          kind: 'gauge',
          title: 'Utilisation',
          about: 'Mean of the last minute. Target band: 70 to 80 %.',
          unit: 'percent',
          max: 100,
          nothing: NONE,
          limits: { yellow: 80, red: 95 },
          queries: [{ expr: 'h200:gpu_utilization:mean1m', legend: GPU }],
        },
        {
          kind: 'gauge',
          title: 'Memory',
          about: 'Share of the frame buffer in use.',
          unit: 'percentunit',
          max: 1,
          nothing: NONE,
          limits: { yellow: 0.8, red: 0.9 },
          queries: [{ expr: 'h200:gpu_memory_usage:ratio', legend: GPU }],
        },
        {
          kind: 'gauge',
          title: 'Temperature',
          about: 'Of the processor.',
          unit: 'celsius',
          max: 100,
          nothing: NONE,
          limits: { yellow: 75, red: 85 },
          queries: [{ expr: 'h200:gpu_temperature:max', legend: GPU }],
        },
        {
          ...time,
          title: 'Utilisation over time',
          about: 'Of the processor, and of the memory bus.',
          unit: 'percent',
          max: 100,
          nothing: NONE,
          queries: [
            { expr: 'DCGM_FI_DEV_GPU_UTIL', legend: GPU },
            { expr: 'DCGM_FI_DEV_MEM_COPY_UTIL', legend: `${GPU} memory bus` },
          ],
        },
        {
          ...time,
          title: 'Memory over time',
          about: 'MiB in use and free.',
          unit: 'mbytes',
          nothing: NONE,
          queries: [
            { expr: 'DCGM_FI_DEV_FB_USED', legend: `${GPU} used` },
            { expr: 'DCGM_FI_DEV_FB_FREE', legend: `${GPU} free` },
          ],
        },
        {
          ...time,
          title: 'Temperature over time',
          about: 'Of processor and memory.',
          unit: 'celsius',
          nothing: NONE,
          limits: { yellow: 75, red: 85 },
          queries: [
            { expr: 'DCGM_FI_DEV_GPU_TEMP', legend: GPU },
            { expr: 'DCGM_FI_DEV_MEMORY_TEMP', legend: `${GPU} memory` },
          ],
        },
        {
          ...time,
          title: 'Power',
          about: 'Watts.',
          unit: 'watt',
          nothing: NONE,
          queries: [{ expr: 'DCGM_FI_DEV_POWER_USAGE', legend: GPU }],
        },
        {
          ...time,
          title: 'Clock',
          about: 'Of the processors.',
          unit: 'rotmhz',
          nothing: NONE,
          queries: [{ expr: 'DCGM_FI_DEV_SM_CLOCK', legend: GPU }],
        },
        {
          ...time,
          title: 'Faults',
          about: 'The last XID error; 0: none.',
          unit: 'none',
          nothing: NONE,
          limits: { yellow: 1, red: 1 },
          queries: [{ expr: 'DCGM_FI_DEV_XID_ERRORS', legend: GPU }],
        },
      ],
    },
    {
      title: 'Model runs',
      panels: [
        {
          ...time,
          title: 'Time of a run',
          about: 'In workers and on the inference server, there and back.',
          unit: 's',
          limits: { yellow: 1, red: 2 },
          queries: [
            {
              expr: 'histogram_quantile(0.5, sum by (le) (rate(h200_model_inference_duration_seconds_bucket[5m])))',
              legend: 'p50',
            },
            { expr: 'h200:inference:p95_5m', legend: 'p95' },
          ],
        },
        {
          ...time,
          title: 'Runs',
          about: 'A second, by process.',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (instance) (rate(h200_model_inference_duration_seconds_count[5m]))',
              legend: '{{instance}}',
            },
          ],
        },
        {
          ...time,
          title: 'Start of a worker',
          about: 'Seconds of each phase, of RunPod workers.',
          unit: 's',
          queries: [{ expr: 'max by (phase) (h200_cold_start_seconds)', legend: '{{phase}}' }],
        },
        {
          ...time,
          title: 'Inference server',
          about: 'Analyses there a second, and those that this machine ran itself instead.',
          unit: 'ops',
          nothing: 'no inference server',
          queries: [
            { expr: 'sum by (outcome) (rate(h200_inference_server_runs_total[5m]))', legend: '{{outcome}}' },
            { expr: 'sum(rate(h200_inference_server_fallbacks_total[5m]))', legend: 'run here' },
          ],
        },
        {
          ...time,
          title: 'Models on the inference server',
          about: '1 while it runs them.',
          unit: 'none',
          max: 1,
          nothing: 'no inference server',
          queries: [{ expr: 'min by (model) (h200_inference_server_usable)', legend: '{{model}}' }],
        },
        {
          ...time,
          title: 'Failures to load',
          about: 'Within 5 minutes.',
          unit: 'none',
          queries: [
            { expr: 'sum by (instance) (increase(h200_model_load_failures_total[5m]))', legend: '{{instance}}' },
          ],
        },
      ],
    },
    {
      title: 'Rented GPU servers',
      panels: [
        {
          ...time,
          title: 'Servers',
          about: 'By type and state.',
          unit: 'none',
          nothing: 'none are rented',
          queries: [
            { expr: 'max by (server_type, state) (h200_gpu_servers) > 0', legend: '{{server_type}} {{state}}' },
          ],
        },
        {
          ...time,
          title: 'Idle',
          about: 'Since when the longest idle one is used by nobody.',
          unit: 's',
          nothing: 'none are rented',
          limits: { yellow: 480, red: 600 },
          queries: [{ expr: 'max by (server_type) (h200_gpu_server_idle_seconds)', legend: '{{server_type}}' }],
        },
        {
          ...time,
          title: 'Started, stopped, scaled',
          about: 'Within an hour.',
          unit: 'none',
          nothing: 'none are rented',
          queries: [{ expr: 'sum(increase(h200_scale_events_total[1h]))', legend: 'changes' }],
        },
      ],
    },
  ],
});
