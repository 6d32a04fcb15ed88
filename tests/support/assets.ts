export { testAsset } from '../../scripts/test-assets.ts';
