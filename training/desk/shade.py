"""Numba kernels: image-based light with per-direction occlusion, reflections, and thin transparent layers."""
import numpy as np
from numba import njit

# Columns of the material table.
(R, G, B, TEX, TEX_MIX, F0, GLOSS, METAL, EMIT, CLEAR, BUMP, NOISE, NOISE_MM) = range(13)
LEVELS = 5
TEX_SIZE = 256


@njit(cache=True, fastmath=True)
def _hash(x, y, z):
    h = (x * 374761393 + y * 668265263 + z * 2147483647) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFF) / 65535.0


@njit(cache=True, fastmath=True)
def _noise(x, y, z):
    ix, iy, iz = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    fx, fy, fz = x - ix, y - iy, z - iz
    fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
    v = 0.0
    for dx in range(2):
        for dy in range(2):
            for dz in range(2):
                w = (fx if dx else 1 - fx) * (fy if dy else 1 - fy) * (fz if dz else 1 - fz)
                v += w * _hash(ix + dx, iy + dy, iz + dz)
    return v


@njit(cache=True, fastmath=True)
def _texel(tex, t, level, u, v, out):
    size = TEX_SIZE >> level
    base = 0
    for k in range(level):
        base += (TEX_SIZE >> k) * (TEX_SIZE >> k) * 3
    x, y = u * size - 0.5, v * size - 0.5
    ix, iy = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - ix, y - iy
    x0, x1, y0, y1 = ix % size, (ix + 1) % size, iy % size, (iy + 1) % size
    for c in range(3):
        a = tex[t, base + (y0 * size + x0) * 3 + c] * (1 - fx) + tex[t, base + (y0 * size + x1) * 3 + c] * fx
        b = tex[t, base + (y1 * size + x0) * 3 + c] * (1 - fx) + tex[t, base + (y1 * size + x1) * 3 + c] * fx
        s = (a * (1 - fy) + b * fy) / 255.0
        out[c] = s * s


@njit(cache=True, fastmath=True)
def _env(env, level, dx, dy, dz, out):
    h, w = env.shape[1], env.shape[2]
    x = (np.arctan2(dy, dx) / (2 * np.pi) + 0.5) * w - 0.5
    y = (np.arccos(min(1.0, max(-1.0, dz))) / np.pi) * h - 0.5
    ix, iy = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - ix, y - iy
    x0, x1 = ix % w, (ix + 1) % w
    y0, y1 = max(0, min(h - 1, iy)), max(0, min(h - 1, iy + 1))
    for c in range(3):
        out[c] = ((env[level, y0, x0, c] * (1 - fx) + env[level, y0, x1, c] * fx) * (1 - fy)
                  + (env[level, y1, x0, c] * (1 - fx) + env[level, y1, x1, c] * fx) * fy)


@njit(cache=True, fastmath=True)
def _lit(maps, m, Rl, centre, half, px, py, pz, bias):
    size = maps.shape[1]
    dx, dy, dz = px - centre[0], py - centre[1], pz - centre[2]
    x = (Rl[0, 0] * dx + Rl[0, 1] * dy + Rl[0, 2] * dz + half) * size / (2 * half) - 0.5
    y = (Rl[1, 0] * dx + Rl[1, 1] * dy + Rl[1, 2] * dz + half) * size / (2 * half) - 0.5
    if x < 0 or y < 0 or x >= size - 1 or y >= size - 1:
        return 1.0
    z = Rl[2, 0] * dx + Rl[2, 1] * dy + Rl[2, 2] * dz + bias
    ix, iy = int(x), int(y)
    fx, fy = x - ix, y - iy
    s = 0.0
    if maps[m, iy, ix] <= z:
        s += (1 - fx) * (1 - fy)
    if maps[m, iy, ix + 1] <= z:
        s += fx * (1 - fy)
    if maps[m, iy + 1, ix] <= z:
        s += (1 - fx) * fy
    if maps[m, iy + 1, ix + 1] <= z:
        s += fx * fy
    return s


@njit(cache=True, fastmath=True)
def _surface(k, u1, u2, N, UV, F, flip, normal, uv):
    u0 = 1.0 - u1 - u2
    s = 0.0
    for c in range(3):
        normal[c] = u0 * N[F[k, 0], c] + u1 * N[F[k, 1], c] + u2 * N[F[k, 2], c]
        s += normal[c] * normal[c]
    s = 1.0 / np.sqrt(max(s, 1e-12))
    for c in range(3):
        normal[c] *= s
    for c in range(2):
        uv[c] = u0 * UV[F[k, 0], c] + u1 * UV[F[k, 1], c] + u2 * UV[F[k, 2], c]
    d = normal[0] * flip[0] + normal[1] * flip[1] + normal[2] * flip[2]
    if d > 0:
        for c in range(3):
            normal[c] = -normal[c]
        d = -d
    return -d


@njit(cache=True, fastmath=True)
def shade_opaque(inv_z, tri, b1, b2, N, UV, F, tri_mat, density, mats, tex, env, eye, cam_rot, fx, fy, cx, cy,
                 key_maps, key_rot, key_colour, sky_maps, sky_rot, sky_colour, centre, half, shadowed, image):
    """image[y, x] = linear radiance. Key lights are jittered copies of area lights, sky lights sample env."""
    h, w = inv_z.shape
    normal, uv, t, ray, e0, e1 = np.empty(3), np.empty(2), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    albedo, light, spec = np.empty(3), np.empty(3), np.empty(3)
    texel_mm = 2 * half / key_maps.shape[1]
    sky_mm = 2 * half / sky_maps.shape[1]
    for y in range(h):
        for x in range(w):
            k = tri[y, x]
            qx, qy = (x + 0.5 - cx) / fx, (y + 0.5 - cy) / fy
            for c in range(3):
                ray[c] = cam_rot[0, c] * qx + cam_rot[1, c] * qy + cam_rot[2, c]
            norm = np.sqrt(ray[0] ** 2 + ray[1] ** 2 + ray[2] ** 2)
            if k < 0:
                _env(env, 0, ray[0] / norm, ray[1] / norm, ray[2] / norm, e0)
                for c in range(3):
                    image[y, x, c] = e0[c]
                continue
            depth = 1.0 / inv_z[y, x]
            px, py, pz = eye[0] + ray[0] * depth, eye[1] + ray[1] * depth, eye[2] + ray[2] * depth
            for c in range(3):
                ray[c] /= norm
            cosv = max(0.02, _surface(k, b1[y, x], b2[y, x], N, UV, F, ray, normal, uv))
            m = mats[tri_mat[k]]
            fade = min(1.0, m[NOISE_MM] * fx / depth)
            if m[BUMP] > 0:
                s = 1.0 / max(0.5, m[NOISE_MM])
                for c in range(3):
                    normal[c] += fade * m[BUMP] * (_noise(px * s + 31 * c, py * s, pz * s + 17 * c) - 0.5)
                norm = 1.0 / np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2)
                for c in range(3):
                    normal[c] *= norm
            for c in range(3):
                albedo[c] = m[c]
            if m[TEX] >= 0:
                foot = density[k] * depth / fx / np.sqrt(cosv)
                level = int(min(LEVELS - 1, max(0, np.floor(np.log2(max(foot, 1e-6)) + 0.5))))
                _texel(tex, int(m[TEX]), level, uv[0], uv[1], t)
                for c in range(3):
                    albedo[c] *= 1 - m[TEX_MIX] + m[TEX_MIX] * t[c]
            if m[NOISE] > 0:
                s = 1.0 / m[NOISE_MM]
                f = 1 + fade * m[NOISE] * (_noise(px * s, py * s, pz * s) + 0.5 * _noise(px * s * 2.3, py * s * 2.3, pz * s * 2.3) - 0.75)
                for c in range(3):
                    albedo[c] *= max(0.0, f)
            if m[EMIT] > 0:
                for c in range(3):
                    light[c] = m[EMIT]
            else:
                for c in range(3):
                    light[c] = 0.0
            for c in range(3):
                spec[c] = 0.0
            rv = 2 * cosv
            rx, ry, rz = ray[0] + rv * normal[0], ray[1] + rv * normal[1], ray[2] + rv * normal[2]
            cast = shadowed[k]
            for j in range(key_rot.shape[0]):
                L = key_rot[j, 2]
                nl = normal[0] * L[0] + normal[1] * L[1] + normal[2] * L[2]
                if nl <= 0:
                    continue
                off = texel_mm * 1.2
                vis = 1.0
                if cast:
                    vis = _lit(key_maps, j, key_rot[j], centre, half, px + normal[0] * off, py + normal[1] * off,
                               pz + normal[2] * off, texel_mm)
                if vis <= 0:
                    continue
                rl = max(0.0, rx * L[0] + ry * L[1] + rz * L[2])
                lobe = m[F0] * (m[GLOSS] + 8) * 0.04 * rl ** m[GLOSS]
                for c in range(3):
                    light[c] += vis * nl * key_colour[j, c]
                    spec[c] += vis * lobe * key_colour[j, c]
            open_sky, sky_sum = 0.0, 1e-6
            for j in range(sky_rot.shape[0]):
                L = sky_rot[j, 2]
                nl = normal[0] * L[0] + normal[1] * L[1] + normal[2] * L[2]
                if nl <= 0:
                    continue
                vis = 1.0
                if cast:
                    off = sky_mm * 1.3
                    vis = _lit(sky_maps, j, sky_rot[j], centre, half, px + normal[0] * off, py + normal[1] * off,
                               pz + normal[2] * off, sky_mm)
                open_sky += vis * nl
                sky_sum += nl
                for c in range(3):
                    light[c] += (vis + 0.12 * (1 - vis)) * nl * sky_colour[j, c]
            ao = 0.2 + 0.8 * open_sky / sky_sum
            fres = m[F0] + (1 - m[F0]) * (1 - cosv) ** 5 * min(1.0, m[GLOSS] / 60.0)
            _env(env, 0, rx, ry, rz, e0)
            _env(env, 1, rx, ry, rz, e1)
            blend = min(1.0, m[GLOSS] / 200.0)
            for c in range(3):
                e = (blend * e0[c] + (1 - blend) * e1[c]) * ao
                tint = albedo[c] if m[METAL] > 0 else 1.0
                image[y, x, c] = albedo[c] * light[c] * (1 - 0.8 * m[METAL]) + (spec[c] + fres * e) * tint


@njit(cache=True, fastmath=True)
def shade_clear(P, N, UV, F, tri_mat, tri_obj, clear, mats, inv_z, env, eye, cam_rot, fx, fy, cx, cy,
                key_rot, key_colour, gain, glow, shift, front, front_obj, stamp, total):
    """Order-independent transparent layers: gain multiplies what lies behind, glow adds, shift refracts (px)."""
    h, w = inv_z.shape
    normal, uv, ray, e0, flip = np.empty(3), np.empty(2), np.empty(3), np.empty(3), np.empty(3)
    for k in range(F.shape[0]):
        if clear[k] == 0:
            continue
        i0, i1, i2 = F[k, 0], F[k, 1], F[k, 2]
        w0, w1, w2 = 1.0 / P[i0, 2], 1.0 / P[i1, 2], 1.0 / P[i2, 2]
        x0, y0 = P[i0, 0] * fx * w0 + cx, P[i0, 1] * fy * w0 + cy
        x1, y1 = P[i1, 0] * fx * w1 + cx, P[i1, 1] * fy * w1 + cy
        x2, y2 = P[i2, 0] * fx * w2 + cx, P[i2, 1] * fy * w2 + cy
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        m, o = mats[tri_mat[k]], tri_obj[k]
        inv = 1.0 / area
        for y in range(max(0, int(np.ceil(min(y0, y1, y2) - 0.5))), min(h - 1, int(np.floor(max(y0, y1, y2) - 0.5))) + 1):
            for x in range(max(0, int(np.ceil(min(x0, x1, x2) - 0.5))), min(w - 1, int(np.floor(max(x0, x1, x2) - 0.5))) + 1):
                a1 = ((x + 0.5 - x0) * (y2 - y0) - (x2 - x0) * (y + 0.5 - y0)) * inv
                a2 = ((x1 - x0) * (y + 0.5 - y0) - (x + 0.5 - x0) * (y1 - y0)) * inv
                if a1 < 0 or a2 < 0 or a1 + a2 > 1:
                    continue
                if o >= 0 and stamp[y, x] != o:
                    stamp[y, x] = o
                    total[o] += 1
                iz = (1 - a1 - a2) * w0 + a1 * w1 + a2 * w2
                if iz <= inv_z[y, x]:
                    continue
                qx, qy = (x + 0.5 - cx) / fx, (y + 0.5 - cy) / fy
                norm = 0.0
                for c in range(3):
                    ray[c] = cam_rot[0, c] * qx + cam_rot[1, c] * qy + cam_rot[2, c]
                    norm += ray[c] ** 2
                norm = np.sqrt(norm)
                for c in range(3):
                    ray[c] /= norm
                    flip[c] = ray[c]
                cosv = max(0.0, _surface(k, a1 * w1 / iz, a2 * w2 / iz, N, UV, F, flip, normal, uv))
                fres = 0.04 + 0.6 * (1 - cosv) ** 4
                rx, ry, rz = (ray[0] + 2 * cosv * normal[0], ray[1] + 2 * cosv * normal[1], ray[2] + 2 * cosv * normal[2])
                _env(env, 0, rx, ry, rz, e0)
                s = 0.0
                for j in range(key_rot.shape[0]):
                    L = key_rot[j, 2]
                    s += max(0.0, rx * L[0] + ry * L[1] + rz * L[2]) ** 120 * key_colour[j, 1]
                edge = 1.0 - 0.55 * (1 - cosv) ** 3
                for c in range(3):
                    glow[y, x, c] += fres * e0[c] * 0.8 + 1.2 * s
                    gain[y, x, c] *= (1 - fres) * edge * (1 - m[CLEAR] * (1 - m[c]))
                if iz > front[y, x]:
                    front[y, x] = iz
                    front_obj[y, x] = o
                    shift[y, x, 0] = -(cam_rot[0, 0] * normal[0] + cam_rot[0, 1] * normal[1] + cam_rot[0, 2] * normal[2]) * (1 - cosv) * 14
                    shift[y, x, 1] = -(cam_rot[1, 0] * normal[0] + cam_rot[1, 1] * normal[1] + cam_rot[1, 2] * normal[2]) * (1 - cosv) * 14


@njit(cache=True, fastmath=True)
def composite(image, gain, glow, shift, front, out):
    h, w = front.shape
    for y in range(h):
        for x in range(w):
            if front[y, x] <= 0:
                for c in range(3):
                    out[y, x, c] = image[y, x, c]
                continue
            sx = min(w - 1, max(0, int(x + shift[y, x, 0] + 0.5)))
            sy = min(h - 1, max(0, int(y + shift[y, x, 1] + 0.5)))
            for c in range(3):
                out[y, x, c] = image[sy, sx, c] * gain[y, x, c] + glow[y, x, c]
