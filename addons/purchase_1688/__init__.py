from . import controllers
from . import log_filter
from . import models
from . import wizards
from .asking_worker import fork_with_others
