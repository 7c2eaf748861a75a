"""In Odoo's shell: make the bundles that a browser asks for when a person logs in and works, or a tour runs."""

JS = ("web.assets_web", "web.assets_frontend_minimal", "web.assets_frontend_lazy", "web.assets_tests")
CSS = ("web.assets_web", "web.assets_web_print", "web.assets_frontend")

for name in JS:
    env["ir.qweb"]._get_asset_bundle(name, css=False, js=True).js()  # noqa: F821 the shell has it
for name in CSS:
    env["ir.qweb"]._get_asset_bundle(name, css=True, js=False).css()  # noqa: F821
env.cr.commit()  # noqa: F821
