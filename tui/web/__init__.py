"""The console in a browser, behind the login: each visitor who has signed in gets a console of their own.

doors      the pages and the connection that a browser has with its console
visitors   who has signed in, and the token that their console asks with
process    one console, run for one browser
pages      what is shown before and after
"""
