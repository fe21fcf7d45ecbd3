"""From one release to another and back: in steps that are written down, so that whoever is interrupted can go on.

places      where releases lie, and which is the current one
journal     what has been done so far
program     a release's own program, asked to do its part
means       what the rest works with
finding     which release is meant, and whether it is what was released
going       the steps there
returning   the way back
systemd     the service, held meanwhile
machine     all of it on this machine
"""
