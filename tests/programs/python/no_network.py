import socket, urllib.request, http.client
def attempt(name, f):
    try:
        f()
        print(name, "worked?")
    except Exception as e:
        print(name, type(e).__name__, e)
attempt("connect", lambda: socket.create_connection(("127.0.0.1", 80)))
attempt("socket", lambda: socket.socket())
attempt("getaddrinfo", lambda: socket.getaddrinfo("example.org", 80))
attempt("gethostname", lambda: print(socket.gethostname()))
attempt("http", lambda: urllib.request.urlopen("http://example.org"))
attempt("https", lambda: urllib.request.urlopen("https://example.org"))
attempt("http.client", lambda: http.client.HTTPConnection("example.org").request("GET", "/"))
attempt("ssl", lambda: __import__("ssl"))
attempt("requests", lambda: __import__("requests"))
attempt("pandas", lambda: __import__("pandas").read_csv("http://example.org/a.csv"))
attempt("smtplib", lambda: __import__("smtplib").SMTP("localhost"))
attempt("socketpair", lambda: socket.socketpair())
