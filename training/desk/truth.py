"""The exact facts of a rendered scene as plain JSON."""
import numpy as np

from .distance import edge_distance, table_edge_distance

FORMAT = "h200-mug-scene/1"


def _r(a, n=2):
    return np.round(np.asarray(a, float), n).tolist()


def visible_box(ids, index, scale_x, scale_y):
    ys, xs = np.nonzero(ids == index)
    if len(xs) == 0:
        return None, 0
    return [xs.min() / scale_x, ys.min() / scale_y, (xs.max() + 1) / scale_x, (ys.max() + 1) / scale_y], len(xs)


def describe(scene, ids, total, image_name):
    cam = scene.cam
    H, W = ids.shape
    sx, sy = W / cam.width, H / cam.height
    objects, others, shapes = [], [], {}
    for i, p in enumerate(scene.placed):
        item = p.item
        bbox, count = visible_box(ids, i, sx, sy)
        entry = {"id": p.id, "kind": item.kind}
        if item.cls:
            entry = {"id": p.id, "class": item.cls, "kind": item.kind}
        entry["on"] = p.on
        entry["bbox"] = None if bbox is None else _r(bbox, 1)
        entry["visible"] = 0.0 if total[i] == 0 else round(count / float(total[i]), 3)
        v = item.mesh.arrays()[0]
        c, s = np.cos(p.yaw), np.sin(p.yaw)
        world = np.stack([v[:, 0] * c - v[:, 1] * s + p.x, v[:, 0] * s + v[:, 1] * c + p.y, v[:, 2] + p.z], 1)
        z = cam.to_camera(world)[:, 2]
        if z.min() > 30:
            px = cam.project(world)
            entry["bbox_full"] = _r([*px.min(0), *px.max(0)], 1)
            entry["truncated"] = bool(px.min() < 0 or px[:, 0].max() > cam.width or px[:, 1].max() > cam.height)
        else:
            entry["bbox_full"], entry["truncated"] = None, True
        if item.polygon is None:
            entry["footprint"] = {"type": "circle", "center": _r([p.x, p.y]), "radius": round(item.radius, 2)}
        else:
            entry["footprint"] = {"type": "polygon", "points": _r(p.world(item.polygon))}
        shapes[p.id] = (np.array([[p.x, p.y]]), item.radius) if item.polygon is None else (p.world(item.polygon), 0.0)
        if item.cls != "table":
            entry["table_edge_mm"] = round(table_edge_distance(shapes[p.id], scene.outline), 2)
        entry["base_mm"] = _r([p.x, p.y, p.z])
        entry["size_mm"] = _r(item.size)
        entry["yaw_deg"] = round(float(np.degrees(p.yaw)) % 360, 2)
        if item.extras:
            entry["facts"] = {k: (round(v, 2) if isinstance(v, float) else v) for k, v in item.extras.items()}
        (objects if item.cls else others).append(entry)
    distances = []
    for a in objects:
        for b in objects:
            if a["class"] == "mug" and b["class"] != "table" and not (b["class"] == "mug" and b["id"] <= a["id"]):
                centre = float(np.hypot(a["base_mm"][0] - b["base_mm"][0], a["base_mm"][1] - b["base_mm"][1]))
                distances.append({"a": a["id"], "b": b["id"], "edge_mm": round(edge_distance(shapes[a["id"]], shapes[b["id"]]), 2), "center_mm": round(centre, 2)})
    return {"format": FORMAT, "image": image_name, "width": cam.width, "height": cam.height, "seed": int(scene.seed),
            "arrangement": scene.kind,
            "camera": {"fx": round(cam.focal, 4), "fy": round(cam.focal, 4), "cx": cam.cx, "cy": cam.cy,
                       "R": np.round(cam.R, 9).tolist(), "t": _r(cam.t, 4), "position_mm": _r(cam.eye, 2)},
            "table": {"outline_mm": _r(scene.outline, 1)}, "objects": objects, "others": others,
            "distances": distances}
