import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { firstLine } from '../../../src/vision/runtime/native-error.ts';
import { runError } from '../../../src/vision/runtime/run-error.ts';
import { ShapeError } from '../../../src/vision/runtime/shape-error.ts';

/** Recorded from onnxruntime 1.30.0 (CUDA with a stub driver that has no device), but for the failure itself. */
const signature =
  'std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, ' +
  'const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true; ' +
  'SUCCTYPE = cudaError; std::conditional_t<THRW, void, common::Status> = void]';
const file = '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc';
const cuda = (failure: string) =>
  `${file}:154 ${signature} ${file}:146 ${signature} ${failure} ; GPU=-1 ; hostname=vm ; ` +
  'file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; ' +
  'expr=cudaSetDevice(info_.device_id); \n\n';
const webgpu =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 ' +
  'onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> ' +
  'adapter_result.status == wgpu::RequestAdapterStatus::Success was false. ' +
  'Failed to get a WebGPU adapter: No supported adapters\n';

describe('firstLine', () => {
  it('shows what CUDA said, without the machine it said it on', () => {
    expect(cuda('').indexOf(' ; GPU')).toBeGreaterThan(600);
    expect(firstLine(new Error(cuda('CUDA failure 100: no CUDA-capable device is detected')))).toBe(
      'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; ' +
        'file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; ' +
        'expr=cudaSetDevice(info_.device_id);',
    );
  });

  it.each([
    [webgpu, 'Failed to get a WebGPU adapter: No supported adapters'],
    [
      '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2083 onnxruntime::Provider& ' +
        'onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library x.so',
      '[ONNXRuntimeError] : 1 : FAIL : Failed to load library x.so',
    ],
    [
      'Non-zero status code returned while running Conv node. Status Message: /o/bfc_arena.cc:376 ' +
        'void* onnxruntime::BFCArena::Allocate(std::function<void(size_t)>, bool) const [with T = int[2]] Failed to ' +
        'allocate memory for requested buffer of size 9',
      'Non-zero status code returned while running Conv node. Status Message: Failed to allocate memory for ' +
        'requested buffer of size 9',
    ],
    ['/o/cut.cc:1 void onnxruntime::Cut(int, const', ''],
    ['libcudnn.so.9: cannot open shared object file\nmore', 'libcudnn.so.9: cannot open shared object file'],
    ['x'.repeat(400), 'x'.repeat(300)],
  ])('leaves out signatures and further lines: %#', (text, want) => {
    expect(firstLine(new Error(text))).toBe(want);
  });
});

describe('a run that fails', () => {
  it.each([
    [cuda('CUDA failure 2: out of memory'), 'ANALYSIS_002'],
    ['a\nCUBLAS_STATUS_ALLOC_FAILED', 'ANALYSIS_002'],
    [cuda('CUDA failure 700: an illegal memory access was encountered'), 'ANALYSIS_005'],
  ])('is a matter of memory when any part of the message says so: %#', (text, code) => {
    expect(runError(new Error(text), 'tiny')).toMatchObject({ code, details: { model: 'tiny' } });
  });

  it('keeps an error of the catalogue, and knows another graph', () => {
    const known = new AppError('ANALYSIS_003');
    expect(runError(known, 'tiny')).toBe(known);
    expect(runError(new ShapeError('other'), 'tiny').code).toBe('ANALYSIS_007');
  });
});
