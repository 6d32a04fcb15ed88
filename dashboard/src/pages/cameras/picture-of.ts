import { authorizedFetch } from '../../api/authorized-fetch.ts';
import { answer, api } from '../../api/client.ts';
import { addressOf } from '../../api/transport.ts';
import { drawnOn } from '../../components/desk/drawn-on.ts';
import { photoOf } from '../../components/desk/photo.ts';
import type { CalibrationDetail } from '../../components/desk/types.ts';

/** What this camera saw last, and no other: of a camera that watches with it, else of the newest analysis that it measured, else the photo that it was drawn on. */
export async function pictureOf({ calibration_id, width, height }: CalibrationDetail): Promise<string | null> {
  const watched = await answer(api.GET('/api/v1/cameras', { params: { query: { limit: 100 } } })).catch(() => []);
  for (const { camera_id } of watched.filter((one) => one.calibration_id === calibration_id)) {
    const href = await snapshotOf(camera_id).catch(() => null);
    if (href !== null && (await hasSize(href, width, height))) return href;
    if (href !== null) URL.revokeObjectURL(href);
  }
  const query = { calibration_id, limit: 20 };
  const analysed = await answer(api.GET('/api/v1/analyze/history', { params: { query } }));
  const fitting = analysed.find(({ image }) => image.width === width && image.height === height);
  const id = fitting?.analysis_id ?? drawnOn(calibration_id);
  return id === null ? null : ((await photoOf(id))?.href ?? null);
}

async function snapshotOf(camera: string): Promise<string | null> {
  const response = await authorizedFetch(
    new Request(addressOf(`api/v1/cameras/${encodeURIComponent(camera)}/snapshot`)),
  );
  return response.ok ? URL.createObjectURL(await response.blob()) : null;
}

async function hasSize(href: string, width: number, height: number): Promise<boolean> {
  const image = Object.assign(new Image(), { src: href });
  await image.decode().catch(() => undefined);
  return image.naturalWidth === width && image.naturalHeight === height;
}
