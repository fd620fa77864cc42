"""A mail server for the tests: aiosmtpd, which keeps each message as one line of JSON, read by Python's own parser.

Prints its port once it listens, and ends when its standard input does. What an address begins with decides the answer:
later@, never@ are refused at RCPT, full@, spam@ after the text, silent@ gets no answer, last@ ends the conversation.
"""

import argparse
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("--keep", required=True)
arguments.add_argument("--cert")
arguments.add_argument("--key")
arguments.add_argument("--tls", choices=["starttls", "wrapped", "none"], default="starttls")
arguments.add_argument("--user")
arguments.add_argument("--password")
arguments.add_argument("--only-login", action="store_true")
arguments.add_argument("--pipelining", action="store_true")
arguments.add_argument("--refuse-sender", action="store_true")
given = arguments.parse_args()


def read(envelope, session):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    parts = []
    for part in message.walk():
        if part.is_multipart():
            continue
        parts.append({
            "type": part.get_content_type(),
            "charset": part.get_content_charset(),
            "method": part.get_param("method"),
            "name": part.get_filename(),
            "text": part.get_payload(decode=True).decode(part.get_content_charset()),
        })
    walked = list(message.walk())
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "secure": session.ssl is not None,
        "login": session.authenticated,
        "raw": envelope.original_content.hex(),
        "headers": [[name, str(value)] for name, value in message.items()],
        "subject": str(message["subject"]),
        "sender": [[a.display_name, a.addr_spec] for a in message["from"].addresses],
        "readers": [[a.display_name, a.addr_spec] for a in message["to"].addresses],
        "parts": parts,
        "defects": [repr(d) for part in walked for d in part.defects]
        + [repr(d) for value in message.values() for d in value.defects],
    }


class Keeper:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        if given.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if given.refuse_sender:
            return "550 5.7.1 this sender is not welcome"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later@"):
            return "450 4.2.1 try later"
        if address.startswith("never@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        if to.startswith("full@"):
            return "452 4.3.1 no room"
        if to.startswith("spam@"):
            return "554 5.7.1 not taken"
        with open(given.keep, "a", encoding="utf-8") as kept:
            kept.write(json.dumps(read(envelope, session)) + "\n")
        if to.startswith("silent@"):
            server.transport.abort()
        if to.startswith("last@"):
            server.loop.call_later(0.05, server.transport.close)
        return "250 2.0.0 kept"


class Listening(Controller):
    def _trigger_server(self):
        # Port 0 is a free one; the controller calls itself to see whether it listens.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self):
        context = None
        if given.tls == "starttls":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(given.cert, given.key)
        login = {}
        if given.user:
            user, password = given.user.encode(), given.password.encode()

            def check(server, session, envelope, mechanism, data):
                fine = data.login == user and data.password == password
                return AuthResult(success=fine, handled=False)

            login = {"auth_required": True, "authenticator": check}
            if given.tls != "starttls":
                login["auth_require_tls"] = False
            if given.only_login:
                login["auth_exclude_mechanism"] = ["PLAIN"]
        return SMTP(
            self.handler,
            hostname="mail.example.com",
            tls_context=context,
            require_starttls=context is not None,
            **login,
        )


wrapped = None
if given.tls == "wrapped":
    wrapped = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    wrapped.load_cert_chain(given.cert, given.key)
listening = Listening(Keeper(), hostname="127.0.0.1", port=0, ssl_context=wrapped)
listening.start()
print(listening.port, flush=True)
sys.stdin.read()
listening.stop()
