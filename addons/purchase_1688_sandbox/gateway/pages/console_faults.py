"""The console's faults and switches: what goes wrong, and where the platform is not known."""

import json

from .. import faults, registry
from ..switches import DEFAULTS
from .actions import button, form
from .html import both, h

KIND_WORDS = {
    "delay": "延迟 answers late",
    "drop_before": "断开，未执行 no answer, no effect",
    "drop_after": "断开，已执行 no answer, with effect",
    "error_before": "出错，未执行 error, no effect",
    "error_after": "出错，已执行 error, with effect",
    "drip": "逐字节 drips",
    "huge": "超大 huge answer",
    "cut": "截断 cut off",
    "html": "返回网页 a web page",
    "rate_limit": "限流 too often",
    "risk_control": "风控 risk control",
    "captcha": "验证码 captcha",
    "gateway_error": "网关错误 gateway error",
    "late_effect": "延后执行 effect comes later",
    "redirect": "跳转 redirect",
    "reset": "连接重置 connection reset",
}


def show_faults(world, query):
    """A form for a new fault, and those that are set."""
    known = faults.all_faults(world)
    return [_new(), _list(known)]


def _new():
    names = ["*", "push", *(item.full_name for item in registry.all_apis())]
    options = [h('<option value="{}">{}</option>', name, name) for name in names]
    kinds = [
        h('<option value="{}">{}</option>', kind, KIND_WORDS.get(kind, kind))
        for kind in sorted(faults.KINDS)
    ]
    inner = h(
        '<select name="api" style="max-width:420px">{}</select><select name="kind">{}</select>'
        '<input class="short" name="times" value="1" title="次数，空为不限 times; empty: always">'
        '<input class="short" name="seconds" placeholder="秒 s"><input class="short" name="code" placeholder="code">',
        options,
        kinds,
    )
    return h(
        '<div class="card"><h2>{}</h2>{}</div>',
        both("新故障", "New fault: which API, what, how many times, seconds, code"),
        form("faults", "fault", inner, both("添加", "add"), "main"),
    )


def _list(known):
    if not known:
        return h(
            '<div class="card empty">{}</div>',
            both("一切正常", "No faults are set: the platform works."),
        )
    rows = [
        h(
            '<tr><td class="mono">{}</td><td>{}</td><td class="mono small">{}</td><td class="num">{}</td><td class="num">{}</td><td>{}</td></tr>',
            fault["api"],
            KIND_WORDS.get(fault["kind"], fault["kind"]),
            _rest(fault),
            "∞" if fault["times_left"] is None else fault["times_left"],
            fault["hits"],
            button("faults", "clear_fault", "删除", "remove", id=fault["id"]),
        )
        for fault in known
    ]
    return h(
        '<div class="card"><table><tr><th>API</th><th>故障 fault</th><th></th><th class="num">剩余 left</th>'
        '<th class="num">已发生 struck</th><th>{}</th></tr>{}</table></div>',
        button("faults", "clear_faults", "全部清除", "remove all"),
        rows,
    )


def _rest(fault):
    shown = {"api", "kind", "times_left", "hits", "id", "times"}
    rest = {name: value for name, value in fault.items() if name not in shown and value}
    return json.dumps(rest, ensure_ascii=False) if rest else ""


def show_switches(world, query):
    """All switches with their values; those that differ from the default are marked."""
    values = world.switches.all()
    rows = [_switch(name, values[name]) for name in DEFAULTS]
    return h(
        '<div class="card"><h2>{}</h2><table>{}</table></div>',
        both("开关", "Switches: JSON values; the default beside them"),
        rows,
    )


def _switch(name, value):
    default = DEFAULTS[name]
    text = json.dumps(value, ensure_ascii=False)
    inner = h('<input name="value" value="{}" style="width:340px" class="mono">', text)
    return h(
        '<tr><td class="mono">{}</td><td>{}</td><td class="mono muted small">{}</td><td>{}</td></tr>',
        name,
        form("switches", "switch", inner, both("设置", "set"), id=name),
        json.dumps(default, ensure_ascii=False),
        "" if value == default else h('<span class="badge wait">已修改<i>changed</i></span>'),
    )
