"""`python -m appliance` is the command `maitre`."""

from appliance.cli import main

if __name__ == "__main__":
    main()
