"""HTTP: routes by audience. Reads a request, calls a service, writes the answer; decides nothing."""
