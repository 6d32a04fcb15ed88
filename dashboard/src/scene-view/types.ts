/** What the view reads of an analysis and of a drawing; both the tool's and the REST answer have it. */

export type Px = readonly [number, number];
export type Box = readonly [number, number, number, number];
export type VerdictKind = 'satisfied' | 'violated' | 'uncertain' | 'not_applicable';

export interface SceneObject {
  readonly id: string;
  readonly class: string;
  readonly confidence: number;
  readonly bbox: Box;
  readonly position?: {
    readonly x_mm: number | null;
    readonly y_mm: number | null;
    readonly uncertainty_mm: number | null;
    readonly distance_to_edge_mm: number | null;
    readonly measured_from?: 'outline' | 'box';
  };
  readonly on?: readonly { readonly id: string; readonly probability: number }[];
}

export interface Verdict {
  readonly rule_id: string;
  readonly condition: number;
  readonly operator?: string;
  readonly verdict: VerdictKind;
  readonly objects: readonly string[];
  readonly measured: number | null;
  readonly required: number | null;
  readonly uncertainty: number | null;
  readonly margin?: number | null;
  readonly probability?: number | null;
  readonly unit: 'mm' | 'count' | 'none';
  readonly reason: string;
}

export interface Move {
  readonly object_id: string;
  readonly vector_px: Px;
  readonly vector_mm: Px | null;
  readonly reason: string;
  readonly verified: boolean;
  readonly unverified?: string;
}

export interface SceneAnalysis {
  readonly analysis_id: string;
  readonly image: { readonly width: number; readonly height: number; readonly sha256: string | null };
  readonly model?: { readonly box_noise?: number } | null;
  readonly objects: readonly SceneObject[];
  readonly calibration: { readonly mm_per_pixel: number | null; readonly relative_uncertainty?: number | null };
  readonly rules: readonly Verdict[];
  readonly positioning: {
    readonly adjustments_needed: readonly Move[];
    readonly infeasible: { readonly rule_ids: readonly string[]; readonly explanation: string } | null;
  } | null;
}

export interface Link {
  readonly verdict: VerdictKind;
  readonly objects: readonly string[];
  readonly from: Px;
  readonly to: Px;
  readonly title: string;
  readonly detail: string | null;
  /** Half width of the 90 % interval as a share of the length; null: unknown. */
  readonly error_share: number | null;
}

/** The scene in pixels of the photo, where the server tells it. */
export interface Drawing {
  readonly objects: readonly {
    readonly id: string;
    readonly footprint_px: readonly Px[] | null;
    readonly error_px: readonly Px[] | null;
    readonly own_error_mm?: number | null;
  }[];
  readonly links: readonly Link[];
  readonly zones: readonly { readonly name: string; readonly kind: string; readonly polygon_px: readonly Px[] }[];
  readonly table: { readonly reference: string; readonly polygon_px: readonly Px[] };
  readonly sheet_px: readonly Px[] | null;
  readonly homography?: readonly number[] | null;
}

export interface Scene {
  readonly analysis: SceneAnalysis;
  /** Absent: boxes and the lines between their middles are all that is known. */
  readonly drawing?: Drawing;
}

/** One thing moved, in pixels of its foot or in mm on the table. */
export type Step = { readonly id: string; readonly px: Px } | { readonly id: string; readonly mm: Px };
