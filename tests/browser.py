"""A headless Chromium that tests look at pages with, driven over its DevTools protocol."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP, PHONE = (1400, 1000), (390, 844)


def executable():
    """The path of a Chromium on this machine, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page of a headless Chromium; use it in a `with` statement.

    complaints: what its console or its network said was wrong, as sentences. requests: addresses it asked for.
    """

    def __enter__(self):
        import websocket

        self.profile = tempfile.mkdtemp(prefix="course-chromium-")
        options = ["--headless=new", "--disable-gpu", "--no-first-run", "--mute-audio"]
        options += ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to run as root otherwise
        options += ["--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.profile}"]
        self.process = subprocess.Popen([executable(), *options, "about:blank"], stderr=subprocess.DEVNULL)
        port_file = Path(self.profile, "DevToolsActivePort")
        while not (port_file.is_file() and port_file.read_text().count("\n")):
            time.sleep(0.05)
        port = port_file.read_text().split("\n")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            (page,) = [target for target in json.load(answer) if target["type"] == "page"]
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60)
        self.numbers, self.complaints, self.requests, self.loaded = itertools.count(1), [], [], False
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.resize(DESKTOP)
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        """Take one message; note what it complains of."""
        message = json.loads(self.socket.recv())
        event, details = message.get("method"), message.get("params", {})
        if event == "Page.loadEventFired":
            self.loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(details["request"]["url"])
        elif event == "Network.loadingFailed" and not details.get("canceled"):
            self.complaints.append(f"loading failed: {details['errorText']}")
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {json.dumps(details['exceptionDetails'])[:500]}")
        elif event == "Runtime.consoleAPICalled" and details["type"] in ("error", "assert"):
            self.complaints.append(f"console: {json.dumps(details['args'])[:500]}")
        elif event == "Log.entryAdded" and details["entry"]["level"] == "error":
            self.complaints.append(f"log: {details['entry']['text']} {details['entry'].get('url', '')}")
        return message

    def send(self, method, **parameters):
        """Call a method of the protocol; returns its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (message := self.receive()).get("id") != number:
            pass
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    def resize(self, size):
        """Set the size of the window, as (width, height) in CSS pixels; a narrow one is a phone's."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **metrics)

    def open(self, address):
        """Load a page, and wait until it is there and its mathematics is set."""
        self.loaded = False
        new = "loaderId" in self.send("Page.navigate", url=address)  # not where only the fragment is another
        while new and not self.loaded:
            self.receive()
        self.run("window.MathJax ? MathJax.startup.promise.then(() => true) : true")

    def run(self, script):
        """The value of a JavaScript expression in the page; a promise is waited for."""
        options = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self.send("Runtime.evaluate", **options)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:1000])
        return answer["result"].get("value")

    def screenshot(self, path, whole=False):
        """Write what the window shows, or the whole page, to a PNG file."""
        picture = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(picture["data"]))
