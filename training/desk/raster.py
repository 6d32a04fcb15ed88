"""Numba kernels: perspective z-buffer with object coverage, and orthographic depth maps for light."""
import numpy as np
from numba import njit

NEAR = 30.0


@njit(cache=True, fastmath=True)
def raster(P, F, tri_obj, opaque, fx, fy, cx, cy, width, height, inv_z, tri, b1, b2, stamp, total):
    """Fills inv_z/tri/b1/b2 with the nearest opaque or transparent triangle per pixel.

    total[o] counts the pixels that object o would cover if it were alone in the picture.
    Triangles must lie in front of NEAR and be sorted by object.
    """
    for k in range(F.shape[0]):
        i0, i1, i2 = F[k, 0], F[k, 1], F[k, 2]
        w0, w1, w2 = 1.0 / P[i0, 2], 1.0 / P[i1, 2], 1.0 / P[i2, 2]
        x0, y0 = P[i0, 0] * fx * w0 + cx, P[i0, 1] * fy * w0 + cy
        x1, y1 = P[i1, 0] * fx * w1 + cx, P[i1, 1] * fy * w1 + cy
        x2, y2 = P[i2, 0] * fx * w2 + cx, P[i2, 1] * fy * w2 + cy
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left = max(0, int(np.ceil(min(x0, x1, x2) - 0.5)))
        right = min(width - 1, int(np.floor(max(x0, x1, x2) - 0.5)))
        top = max(0, int(np.ceil(min(y0, y1, y2) - 0.5)))
        bottom = min(height - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        if left > right or top > bottom:
            continue
        inv = 1.0 / area
        o = tri_obj[k]
        for y in range(top, bottom + 1):
            py = y + 0.5
            for x in range(left, right + 1):
                px = x + 0.5
                a1 = ((px - x0) * (y2 - y0) - (x2 - x0) * (py - y0)) * inv
                a2 = ((x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)) * inv
                a0 = 1.0 - a1 - a2
                if a0 < 0.0 or a1 < 0.0 or a2 < 0.0:
                    continue
                if stamp[y, x] != o:
                    stamp[y, x] = o
                    if o >= 0:
                        total[o] += 1
                w = a0 * w0 + a1 * w1 + a2 * w2
                if w > inv_z[y, x]:
                    inv_z[y, x] = w
                    tri[y, x] = k
                    b1[y, x] = a1 * w1 / w
                    b2[y, x] = a2 * w2 / w


@njit(cache=True, fastmath=True)
def depth_maps(V, F, use, rotations, centre, half, size, maps):
    """Orthographic depth (towards the light) for each rotation (rows: right, up, to the light)."""
    scale = size / (2.0 * half)
    n = V.shape[0]
    xs = np.empty(n, np.float32)
    ys = np.empty(n, np.float32)
    zs = np.empty(n, np.float32)
    for m in range(rotations.shape[0]):
        R = rotations[m]
        for i in range(n):
            dx, dy, dz = V[i, 0] - centre[0], V[i, 1] - centre[1], V[i, 2] - centre[2]
            xs[i] = (R[0, 0] * dx + R[0, 1] * dy + R[0, 2] * dz + half) * scale
            ys[i] = (R[1, 0] * dx + R[1, 1] * dy + R[1, 2] * dz + half) * scale
            zs[i] = R[2, 0] * dx + R[2, 1] * dy + R[2, 2] * dz
        for k in range(F.shape[0]):
            if use[k] <= 0 or (use[k] == 1 and m % 3 != 0):
                continue
            a, b, c = F[k, 0], F[k, 1], F[k, 2]
            area = (xs[b] - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (ys[b] - ys[a])
            if abs(area) < 1e-9:
                continue
            left = max(0, int(np.ceil(min(xs[a], xs[b], xs[c]) - 0.5)))
            right = min(size - 1, int(np.floor(max(xs[a], xs[b], xs[c]) - 0.5)))
            top = max(0, int(np.ceil(min(ys[a], ys[b], ys[c]) - 0.5)))
            bottom = min(size - 1, int(np.floor(max(ys[a], ys[b], ys[c]) - 0.5)))
            inv = 1.0 / area
            for y in range(top, bottom + 1):
                for x in range(left, right + 1):
                    px, py = x + 0.5, y + 0.5
                    a1 = ((px - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (py - ys[a])) * inv
                    a2 = ((xs[b] - xs[a]) * (py - ys[a]) - (px - xs[a]) * (ys[b] - ys[a])) * inv
                    if a1 < 0 or a2 < 0 or a1 + a2 > 1:
                        continue
                    z = zs[a] + a1 * (zs[b] - zs[a]) + a2 * (zs[c] - zs[a])
                    if z > maps[m, y, x]:
                        maps[m, y, x] = z


def clip_near(P, N, UV, F):
    """Clips triangles at z = NEAR in camera space; returns new arrays and each triangle's source index."""
    z = P[:, 2][F]
    behind = (z < NEAR).sum(1)
    keep = np.nonzero(behind == 0)[0]
    crossing = np.nonzero((behind > 0) & (behind < 3))[0]
    faces, source = [F[keep]], [keep]
    extra, base = [], len(P)
    attr = np.concatenate([P, N, UV], 1)
    for k in crossing:
        poly, corners = [], attr[F[k]]
        for a, b in ((0, 1), (1, 2), (2, 0)):
            pa, pb = corners[a], corners[b]
            if pa[2] >= NEAR:
                poly.append(pa)
            if (pa[2] >= NEAR) != (pb[2] >= NEAR):
                t = (NEAR - pa[2]) / (pb[2] - pa[2])
                q = pa + t * (pb - pa)
                q[2] = NEAR * 1.0001
                poly.append(q)
        for j in range(1, len(poly) - 1):
            faces.append(np.array([[base, base + j, base + j + 1]], np.int32))
            source.append(np.array([k]))
        extra.extend(poly)
        base += len(poly)
    if extra:
        attr = np.concatenate([attr, np.array(extra, attr.dtype)])
    source = np.concatenate(source)
    order = np.argsort(source, kind="stable")
    return (np.ascontiguousarray(attr[:, :3]), np.ascontiguousarray(attr[:, 3:6]),
            np.ascontiguousarray(attr[:, 6:8]), np.concatenate(faces)[order].astype(np.int32), source[order])
