from hypothesis import settings

# A busy machine is not a slow rule: the time an example takes is not what these properties are about.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
