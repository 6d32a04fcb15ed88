import { join } from 'node:path';
import { installTriton } from '../../tests/services/triton/triton-server.ts';
import { NotHere, type Service } from './service.ts';

/** NVIDIA Triton as PyPI has it; tests start it, each with the models that it exports. */
export const triton: Service = {
  name: 'Triton',
  async start(folders, say) {
    const folder = join(folders.installed, 'triton');
    try {
      say(`installing nvidia-pytriton into ${folder} unless it is there (450 MB)`);
      await installTriton(folder);
    } catch (cause) {
      const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
      throw new NotHere(`nvidia-pytriton cannot be installed (${reason})`);
    }
    return { pid: null, env: { TEST_TRITON: folder } };
  },
};
