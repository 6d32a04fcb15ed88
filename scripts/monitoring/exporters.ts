/** What rules and boards read that others emit, by who does. */
export const EXPORTERS: Readonly<Record<string, readonly string[]>> = {
  // NVIDIA dcgm-exporter, its default-counters.csv.
  'dcgm-exporter': [
    'DCGM_FI_DEV_GPU_UTIL',
    'DCGM_FI_DEV_MEM_COPY_UTIL',
    'DCGM_FI_DEV_FB_USED',
    'DCGM_FI_DEV_FB_FREE',
    'DCGM_FI_DEV_GPU_TEMP',
    'DCGM_FI_DEV_MEMORY_TEMP',
    'DCGM_FI_DEV_POWER_USAGE',
    'DCGM_FI_DEV_SM_CLOCK',
    'DCGM_FI_DEV_XID_ERRORS',
  ],
  // Prometheus node_exporter.
  'node-exporter': [
    'node_cpu_seconds_total',
    'node_memory_MemAvailable_bytes',
    'node_memory_MemTotal_bytes',
    'node_filesystem_avail_bytes',
    'node_filesystem_size_bytes',
  ],
  // Prometheus itself, of each target and each rule.
  prometheus: ['up', 'ALERTS'],
};
