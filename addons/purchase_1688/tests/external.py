"""Odoo's external API as a program outside uses it: the same calls over JSON-2 and over XML-RPC."""

from odoo.tools import mute_logger


class ExternalApiMixin:
    """For HTTP cases: `connect` as a user; a call goes by the names of the arguments.

    XML-RPC carries neither None nor keys that are not text, so what passes there is plain data.
    """

    def json2(self, user):
        """The calls of one user over JSON-2."""
        key_sudo = self.env["res.users.apikeys"].with_user(user).sudo()  # a key without an end
        key = key_sudo._generate("rpc", "external API", None)
        headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": self.env.cr.dbname}

        def call(model, method, ids=None, **arguments):
            body = {"context": {}, **arguments} | ({} if ids is None else {"ids": ids})
            path = f"/json/2/{model}/{method}"
            answer = self.url_open(path, json=body, headers=headers, timeout=120)
            self.assertEqual(answer.status_code, 200, answer.text)
            self.env.invalidate_all()
            return answer.json()

        return call

    def xmlrpc(self, user):
        """The calls of one user over XML-RPC; the password of a test user is the login."""
        database, password = self.env.cr.dbname, user.login

        def call(model, method, ids=None, **arguments):
            args = [] if ids is None else [ids]
            if method == "create":
                args.append(arguments.pop("vals_list"))  # by its place only: Odoo looks there
            self.env.flush_all()
            with mute_logger("odoo.addons.rpc.controllers.xmlrpc"):  # it calls itself deprecated
                answer = self.xmlrpc_object.execute_kw(database, user.id, password, model, method, args, arguments)
            self.env.invalidate_all()
            return answer

        return call
