"""Every client library over every kind of provider: text, streams, tools, structured output and errors as the library types them."""

import json
import os
import unittest

from clients import clients_of

SUITE = json.loads(os.environ["PROXYAPI_SUITE"])
CLIENTS = clients_of(SUITE["url"])
EXPECTED = SUITE["expected"]
ERRORS = {400: "BadRequestError", 429: "RateLimitError"}


class Clients(unittest.TestCase):
    def each(self, word, check):
        """Checks every client that has this word, over every provider."""
        for name, client in CLIENTS.items():
            if not hasattr(client, word):
                continue
            for provider in SUITE["providers"]:
                with self.subTest(client=name, provider=provider):
                    check(client, provider)

    def test_text(self):
        self.each("text", lambda client, provider: self.assertEqual(client.text(f"{provider}/model"), EXPECTED["text"]))

    def test_stream(self):
        def check(client, provider):
            pieces = client.stream(f"{provider}/model")
            self.assertEqual("".join(pieces), EXPECTED["text"])
            self.assertGreater(len(pieces), 1)

        self.each("stream", check)

    def test_tools(self):
        self.each("tools", lambda client, provider: self.assertEqual(client.tools(f"{provider}/model"), EXPECTED["told"]))

    def test_structured_output(self):
        def check(client, provider):
            self.assertEqual(client.object(f"{provider}/model").model_dump(), EXPECTED["person"])

        self.each("object", check)

    def test_failures(self):
        def check(client, provider):
            for status, name in ERRORS.items():
                with self.assertRaises(getattr(client.errors, name)) as caught:
                    client.text(f"{provider}/status-{status}")
                self.assertEqual(caught.exception.status_code, status)
                self.assertIn("made to answer", str(caught.exception))

        self.each("errors", check)

    def test_an_unknown_model(self):
        def check(client, _):
            with self.assertRaises(client.errors.NotFoundError):
                client.text("nobody/nothing")

        self.each("errors", check)


if __name__ == "__main__":
    unittest.main()
