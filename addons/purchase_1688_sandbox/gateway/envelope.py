"""The reply envelopes of the platform, families A to E of the protocol reference, good and bad."""


def family_a(payload, code="200"):
    return {"result": {"success": True, "code": code, "message": "", "result": payload}}


def family_b(payload, success=True):
    return {"result": payload, "success": success, "errorCode": "", "errorMessage": ""}


def family_d(payload):
    return {"result": payload, "success": True}


def family_e():
    return {"result": {"success": True}}


FAILURES = {
    "A": lambda code, text: {"result": {"success": False, "code": code, "message": text}},
    "B": lambda code, text: {"success": False, "errorCode": code, "errorMessage": text},
    "B_text": lambda code, text: {"success": "false", "errorCode": code, "errorMessage": text},
    "C": lambda code, text: {"success": False, "errorCode": code, "errorMsg": text},
    "C_message": lambda code, text: {"success": False, "errorCode": code, "errorMessage": text},
    "C_erro": lambda code, text: {"success": False, "errorCode": code, "erroMsg": text},
    "C_succes": lambda code, text: {"succes": False, "errorCode": code, "errorMsg": text},
    "D": lambda code, text: {"success": False, "code": code, "message": text},
    "E": lambda code, text: {"result": {"success": False, "errorCode": code, "errorInfo": text}},
}


def failure(family, error):
    """The answer of a BusinessError in an API of this family (a key of FAILURES)."""
    return {**FAILURES[family](error.code, error.message), **error.extra}
