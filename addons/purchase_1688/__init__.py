from . import controllers
from . import log_filter
from . import models
from . import wizards
