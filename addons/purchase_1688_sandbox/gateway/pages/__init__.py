"""The pages for people: authorise page, cashier, pictures, console."""


def handle(world, request):
    """The Response of a page, or None if there is no such page."""
    return
