"""Triangle meshes in millimetres, z up: lathe, extrusion, tube, quad, heightfield."""
import numpy as np


class Mesh:
    def __init__(self):
        self.v, self.n, self.uv, self.f, self.m = [], [], [], [], []
        self.count = 0

    def add(self, v, n, uv, f, mat):
        v = np.asarray(v, np.float32)
        self.v.append(v)
        self.n.append(np.asarray(n, np.float32))
        self.uv.append(np.asarray(uv, np.float32))
        f = np.asarray(f, np.int32)
        self.f.append(f + self.count)
        self.m.append(np.full(len(f), mat, np.int32))
        self.count += len(v)

    def extend(self, other, rotation=None, move=(0, 0, 0)):
        if not other.v:
            return self
        v, n, uv, f, m = other.arrays()
        if rotation is not None:
            v, n = v @ rotation.T, n @ rotation.T
        self.v.append((v + np.asarray(move)).astype(np.float32))
        self.n.append(n.astype(np.float32))
        self.uv.append(uv)
        self.f.append(f + self.count)
        self.m.append(m)
        self.count += len(v)
        return self

    def arrays(self):
        return (np.concatenate(self.v), np.concatenate(self.n), np.concatenate(self.uv),
                np.concatenate(self.f), np.concatenate(self.m))


def rot(axis, angle):
    c, s = np.cos(angle), np.sin(angle)
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _grid_faces(rows, cols):
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(cols - 1), indexing="ij")
    a = (i * cols + j).ravel()
    return np.concatenate([np.stack([a, a + 1, a + cols + 1], 1), np.stack([a, a + cols + 1, a + cols], 1)])


def lathe(mesh, profile, mat, seg=36, crease=40, repeat=1.0, vscale=None):
    """Revolves [(r, z)] around z. Outside walls go up, inside walls go down."""
    p = np.asarray(profile, float)
    d = np.diff(p, axis=0)
    length = np.maximum(np.linalg.norm(d, axis=1), 1e-6)
    nrm = np.stack([d[:, 1], -d[:, 0]], 1) / length[:, None]
    angle = np.linspace(0, 2 * np.pi, seg + 1)
    ca, sa = np.cos(angle), np.sin(angle)
    run = np.concatenate([[0], np.cumsum(length)])
    total = vscale or run[-1]
    limit = np.cos(np.radians(crease))
    for i in range(len(d)):
        ring_v, ring_n, ring_uv = [], [], []
        for k, j in ((i, i - 1), (i + 1, i + 1)):
            nn = nrm[i]
            if 0 <= j < len(d) and nrm[i] @ nrm[j] > limit:
                nn = nrm[i] + nrm[j]
                nn = nn / np.linalg.norm(nn)
            ring_v.append(np.stack([p[k, 0] * ca, p[k, 0] * sa, np.full(seg + 1, p[k, 1])], 1))
            ring_n.append(np.stack([nn[0] * ca, nn[0] * sa, np.full(seg + 1, nn[1])], 1))
            ring_uv.append(np.stack([angle / (2 * np.pi) * repeat, np.full(seg + 1, 1 - run[k] / total)], 1))
        mesh.add(np.concatenate(ring_v), np.concatenate(ring_n), np.concatenate(ring_uv), _grid_faces(2, seg + 1), mat)
    return mesh


def round_rect(w, d, r, per_corner=5):
    r = max(0.1, min(r, w / 2 - 0.1, d / 2 - 0.1))
    a = np.linspace(0, np.pi / 2, per_corner)
    pts = []
    for k, (cx, cy) in enumerate([(w / 2 - r, d / 2 - r), (-w / 2 + r, d / 2 - r),
                                  (-w / 2 + r, -d / 2 + r), (w / 2 - r, -d / 2 + r)]):
        pts.append(np.stack([cx + r * np.cos(a + k * np.pi / 2), cy + r * np.sin(a + k * np.pi / 2)], 1))
    return np.concatenate(pts)


def circle(radius, n=48):
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([radius * np.cos(a), radius * np.sin(a)], 1)


def extrude(mesh, outline, z0, z1, mat_top, mat_side=None, bevel=0.0, uv_box=None, bottom=False):
    """Convex outline (counter-clockwise) between z0 and z1; uv of the top spans its bounding box."""
    mat_side = mat_top if mat_side is None else mat_side
    o = np.asarray(outline, float)
    n = len(o)
    tangent = np.roll(o, -1, 0) - np.roll(o, 1, 0)
    out = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
    low, high = (o.min(0), o.max(0)) if uv_box is None else uv_box
    uv = (o - low) / np.maximum(high - low, 1e-6)
    inner = o - out * bevel
    idx = np.arange(n)
    nxt = (idx + 1) % n
    fan = np.stack([np.zeros(n - 2, int), idx[1:-1], idx[2:]], 1)
    if bottom:
        mesh.add(np.c_[o, np.full(n, z0)], np.tile([0, 0, -1.0], (n, 1)), uv, fan[:, ::-1], mat_side)
    mesh.add(np.c_[inner, np.full(n, z1)], np.tile([0, 0, 1.0], (n, 1)), uv, fan, mat_top)
    smooth = n > 8
    side_v = np.concatenate([np.c_[o, np.full(n, z0)], np.c_[o, np.full(n, z1 - bevel)]])
    faces = np.concatenate([np.stack([idx, nxt, nxt + n], 1), np.stack([idx, nxt + n, idx + n], 1)])
    if smooth:
        along = np.linspace(0, 1, n)
        side_uv = np.concatenate([np.c_[along, np.ones(n)], np.c_[along, np.zeros(n)]])
        mesh.add(side_v, np.tile(np.c_[out, np.zeros(n)], (2, 1)), side_uv, faces, mat_side)
    else:
        for i in range(n):
            j = (i + 1) % n
            e = o[j] - o[i]
            nn = np.array([e[1], -e[0], 0]) / max(np.linalg.norm(e), 1e-6)
            v = [[*o[i], z0], [*o[j], z0], [*o[j], z1 - bevel], [*o[i], z1 - bevel]]
            mesh.add(v, np.tile(nn, (4, 1)), [[0, 1], [1, 1], [1, 0], [0, 0]], [[0, 1, 2], [0, 2, 3]], mat_side)
    if bevel > 0:
        v = np.concatenate([np.c_[o, np.full(n, z1 - bevel)], np.c_[inner, np.full(n, z1)]])
        up = np.concatenate([np.c_[out, np.full(n, 0.3)], np.c_[out * 0.3, np.ones(n)]])
        up /= np.linalg.norm(up, axis=1, keepdims=True)
        mesh.add(v, up, np.tile(uv, (2, 1)), faces, mat_side)
    return mesh


def tube(mesh, path, rx, mat, ry=None, seg=10, closed_ends=True):
    """Elliptic tube along a path; rx across the path's plane, ry within it (numbers or arrays)."""
    p = np.asarray(path, float)
    ry = rx if ry is None else ry
    t = np.gradient(p, axis=0)
    t /= np.maximum(np.linalg.norm(t, axis=1, keepdims=True), 1e-9)
    normal = np.cross(t[0], [0.3, 0.9, 0.1])
    if np.linalg.norm(normal) < 1e-3:
        normal = np.cross(t[0], [1.0, 0, 0])
    normal /= np.linalg.norm(normal)
    frames = []
    for k in range(len(p)):
        normal = normal - t[k] * (normal @ t[k])
        normal /= np.linalg.norm(normal)
        frames.append((normal.copy(), np.cross(t[k], normal)))
    a = np.linspace(0, 2 * np.pi, seg + 1)
    rx, ry = np.broadcast_to(rx, len(p)), np.broadcast_to(ry, len(p))
    v, n, uv = [], [], []
    for k, (e1, e2) in enumerate(frames):
        ring = np.cos(a)[:, None] * e1 * rx[k] + np.sin(a)[:, None] * e2 * ry[k]
        nn = np.cos(a)[:, None] * e1 / rx[k] + np.sin(a)[:, None] * e2 / ry[k]
        v.append(p[k] + ring)
        n.append(nn / np.linalg.norm(nn, axis=1, keepdims=True))
        uv.append(np.c_[a / (2 * np.pi), np.full(seg + 1, k / (len(p) - 1))])
    mesh.add(np.concatenate(v), np.concatenate(n), np.concatenate(uv), _grid_faces(len(p), seg + 1), mat)
    if closed_ends:
        for k, sign in ((0, -1.0), (len(p) - 1, 1.0)):
            idx = np.arange(1, seg - 1)
            mesh.add(v[k][:seg], np.tile(t[k] * sign, (seg, 1)), np.zeros((seg, 2)),
                     np.stack([np.zeros(seg - 2, int), idx, idx + 1], 1), mat)
    return mesh


def quad(mesh, corners, mat, uv_scale=(1, 1), grid=1):
    """Four corners in order; uv (0,0) at the first, u along the first side."""
    c = np.asarray(corners, float)
    s = np.linspace(0, 1, grid + 1)
    u, w = np.meshgrid(s, s)
    u, w = u.ravel()[:, None], w.ravel()[:, None]
    v = (1 - u) * (1 - w) * c[0] + u * (1 - w) * c[1] + u * w * c[2] + (1 - u) * w * c[3]
    n = np.cross(c[1] - c[0], c[3] - c[0])
    n /= np.linalg.norm(n)
    mesh.add(v, np.tile(n, (len(v), 1)), np.c_[u * uv_scale[0], w * uv_scale[1]],
             _grid_faces(grid + 1, grid + 1), mat)
    return mesh


def box(mesh, size, mat, move=(0, 0, 0), mat_top=None):
    """Axis-aligned box standing on z = move[2], centred in x and y."""
    w, d, h = size
    part = Mesh()
    extrude(part, [[w / 2, -d / 2], [w / 2, d / 2], [-w / 2, d / 2], [-w / 2, -d / 2]], 0, h,
            mat if mat_top is None else mat_top, mat, bottom=True)
    return mesh.extend(part, move=move)


def dome(mesh, outline_fn, height_fn, mat, rows=14, cols=28):
    """Heightfield over a star-shaped outline: outline_fn(angle)->radius, height_fn(x, y, s)->z, s in 0..1."""
    a = np.linspace(0, 2 * np.pi, cols + 1)
    s = np.linspace(0, 1, rows)
    S, A = np.meshgrid(s, a, indexing="ij")
    r = outline_fn(A) * np.sin(S * np.pi / 2)
    x, y = r * np.cos(A), r * np.sin(A)
    z = height_fn(x, y, S)
    P = np.stack([x, y, z], -1)
    ds, da = np.gradient(P, axis=0), np.gradient(P, axis=1)
    da[:, 0] = da[:, -1] = P[:, 1] - P[:, -2]
    n = np.cross(ds, da)
    n[0] = [0, 0, 1]
    n /= np.maximum(np.linalg.norm(n, axis=-1, keepdims=True), 1e-9)
    uv = np.stack([x / 100 + 0.5, y / 100 + 0.5], -1)
    mesh.add(P.reshape(-1, 3), n.reshape(-1, 3), uv.reshape(-1, 2), _grid_faces(rows, cols + 1), mat)
    return mesh


def sphere(mesh, radius, mat, move=(0, 0, 0), squash=1.0, seg=20):
    a = np.linspace(-np.pi / 2, np.pi / 2, 11)
    part = lathe(Mesh(), np.c_[radius * np.cos(a), radius * squash * (np.sin(a) + 1)], mat, seg=seg, crease=90)
    return mesh.extend(part, move=move)
