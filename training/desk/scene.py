"""One scene from one seed: layout, camera, room, picture, truth."""
import numpy as np

from . import camera as cameras
from . import layout as layouts
from . import raster, room, shade
from .item import Item
from .layout import Layout, Placed
from .materials import Materials
from .mesh import Mesh, rot

KINDS = ["laptop", "monitor", "meal", "random"]


class Scene:
    def __init__(self, placed, mats, cam, outline, seed, kind, surround):
        self.placed, self.mats, self.cam, self.outline = placed, mats, cam, outline
        self.seed, self.kind, self.surround = seed, kind, surround


def compose(seed, textures, long_side, arrange=None, aim=None):
    """arrange(layout) -> (focus, spread) and aim(rng, focus, spread) -> Camera replace the random ones."""
    rng = np.random.default_rng(seed)
    mats = Materials(rng, textures)
    top, height = room.table(rng, mats)
    lay = Layout(rng, mats, top.polygon)
    kind = str(rng.choice(KINDS, p=[0.34, 0.22, 0.22, 0.22]))
    focus, spread = arrange(lay) if arrange else layouts.fill(lay, kind)
    table = Placed(top, 0.0, 0.0, 0.0, 0.0, "table_1", "floor")
    cam = aim(rng, focus, spread) if aim else cameras.sample(rng, long_side, focus, spread, -np.pi / 2)
    surround = room.surroundings(rng, mats, top, height, cam)
    return Scene([table] + lay.placed, mats, cam, top.polygon, seed, kind, surround)


def render(scene, textures_flat, scale=2.0, keys=8, skies=14, map_size=384):
    """-> linear image at the camera's size x scale, object index per pixel, pixels each object covers alone, depth."""
    rng = np.random.default_rng(scene.seed + 77)
    whole, owner = Mesh(), []
    for i, p in enumerate(scene.placed):
        before = sum(len(f) for f in whole.f)
        whole.extend(p.item.mesh, rot("z", p.yaw), (p.x, p.y, p.z))
        owner.append(np.full(sum(len(f) for f in whole.f) - before, i))
    room_from = sum(len(o) for o in owner)
    for p in scene.placed:
        if p.item.loose is not None:
            whole.extend(p.item.loose, rot("z", p.yaw), (p.x, p.y, p.z))
    whole.extend(scene.surround)
    V, N, UV, F, M = whole.arrays()
    owner = np.concatenate(owner + [np.full(len(F) - room_from, -1)]).astype(np.int32)
    mats = scene.mats.table()
    env = room.environment(rng)
    key_rot, key_col, sky_rot, sky_col = room.lights(rng, env, keys, skies)
    on_table = V[np.unique(F[owner > 0])] if np.any(owner > 0) else V[np.unique(F[owner == 0])]
    low, high = on_table.min(0), on_table.max(0)
    centre = ((low + high) / 2).astype(np.float64)
    half = float(np.clip(np.linalg.norm(high - low) / 2 + 40, 150, 1100))
    clear = (mats[:, shade.CLEAR] > 0)[M]
    use = np.where(clear, 1, 2).astype(np.int32)
    use[owner < 0] = 0
    key_maps = np.full((len(key_rot), map_size, map_size), -1e9, np.float32)
    sky_maps = np.full((len(sky_rot), map_size // 2, map_size // 2), -1e9, np.float32)
    raster.depth_maps(V, F, use, key_rot, centre, half, map_size, key_maps)
    raster.depth_maps(V, F, np.where(clear, 0, use).astype(np.int32), sky_rot, centre, half, map_size // 2, sky_maps)

    cam = scene.cam
    W, H = int(round(cam.width * scale)), int(round(cam.height * scale))
    fx, fy, cx, cy = cam.focal * W / cam.width, cam.focal * H / cam.height, W / 2, H / 2
    e1, e2 = V[F[:, 1]] - V[F[:, 0]], V[F[:, 2]] - V[F[:, 0]]
    area = np.linalg.norm(np.cross(e1, e2), axis=1)
    q1, q2 = UV[F[:, 1]] - UV[F[:, 0]], UV[F[:, 2]] - UV[F[:, 0]]
    uv_area = np.abs(q1[:, 0] * q2[:, 1] - q1[:, 1] * q2[:, 0])
    density = np.sqrt(uv_area / np.maximum(area, 1e-6)) * shade.TEX_SIZE
    P, N2, UV2, F2, src = raster.clip_near(cam.to_camera(V.astype(np.float64)).astype(np.float32), N, UV, F)
    own2, mat2, den2 = owner[src], M[src], density[src].astype(np.float32)
    clear2 = clear[src].astype(np.int32)
    inv_z, tri = np.zeros((H, W), np.float32), np.full((H, W), -1, np.int32)
    b1, b2 = np.zeros((H, W), np.float32), np.zeros((H, W), np.float32)
    stamp, total = np.full((H, W), -2, np.int32), np.zeros(len(scene.placed), np.int64)
    solid = np.nonzero(clear2 == 0)[0]
    raster.raster(P, F2[solid], own2[solid], clear2, fx, fy, cx, cy, W, H, inv_z, tri, b1, b2, stamp, total)
    tri[tri >= 0] = solid[tri[tri >= 0]]
    image = np.zeros((H, W, 3), np.float32)
    shadowed = own2 >= 0
    shade.shade_opaque(inv_z, tri, b1, b2, N2, UV2, F2, mat2, den2, mats, textures_flat, env, cam.eye, cam.R, fx, fy, cx, cy,
                       key_maps, key_rot, key_col, sky_maps, sky_rot, sky_col, centre, half, shadowed, image)
    ids = np.where(tri >= 0, own2[np.maximum(tri, 0)], -1)
    if clear2.any():
        gain, glow = np.ones((H, W, 3), np.float32), np.zeros((H, W, 3), np.float32)
        shift, front = np.zeros((H, W, 2), np.float32), np.zeros((H, W), np.float32)
        front_obj, out = np.full((H, W), -1, np.int32), np.empty((H, W, 3), np.float32)
        shade.shade_clear(P, N2, UV2, F2, mat2, own2, clear2, mats, inv_z, env, cam.eye, cam.R, fx, fy, cx, cy, key_rot, key_col,
                          gain, glow, shift, front, front_obj, stamp, total)
        shade.composite(image, gain, glow, shift, front, out)
        image, ids = out, np.where(front > 0, front_obj, ids)
    return image, ids, total, inv_z


__all__ = ["Item", "Scene", "compose", "render"]
