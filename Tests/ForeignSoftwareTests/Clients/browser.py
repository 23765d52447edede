"""Drives Chromium over its debugging pipe: opens a page, does what it is told, and prints what came of it as JSON.

    browser.py CHROMIUM URL STEPS

STEPS is a JSON list of objects with one of these names:
  {"size": [width, height], "dark": bool, "scale": number}   how the page is seen, before or after it is loaded
  {"load": true}                       loads the page; done when its load event has come
  {"wait": EXPRESSION}                 until it is true, a minute at most
  {"eval": EXPRESSION}                 its value is added to "values"
  {"key": KEY, "shift": bool}          a key pressed and released
  {"type": TEXT}                       text put in where the focus is
  {"click": SELECTOR}                  a mouse click in the middle of the first such element
  {"move": [x, y]}                     the mouse moved
  {"screenshot": PATH}                 what is seen, as PNG

Prints {"values": [...], "console": [...], "requests": [...]}: what was evaluated, all that the page or the browser complained of, and the
addresses that the page asked for.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

# Nothing of the browser's own goes out, and no name but an address of this machine means anything.
FLAGS = [
    "--headless=new", "--no-sandbox", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-extensions", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--metrics-recording-only",
    "--autoplay-policy=no-user-gesture-required", "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars",
    "--force-color-profile=srgb", "--font-render-hinting=none", "--disable-features=Translate,OptimizationHints,MediaRouter",
]
PATIENCE = 90


class Trouble(Exception):
    pass


class Browser:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="longscribe-browser-")
        # The browser reads its file descriptor 3 and writes to 4.
        child_in, self.writer = os.pipe()
        self.reader, child_out = os.pipe()
        command = [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        shell = f"exec \"$@\" 3<&{child_in} 4>&{child_out}"
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", shell, "bash", *command], pass_fds=[child_in, child_out],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.profile, "XDG_CONFIG_HOME": self.profile, "XDG_CACHE_HOME": self.profile})
        os.close(child_in)
        os.close(child_out)
        self.buffer = b""
        self.number = 0
        self.console = []
        self.requests = []
        self.loads = 0
        target = self.call("Target.createTarget", {"url": "about:blank"}, session=None)["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, session=None)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self.send("Browser.close", {}, None)
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, parameters, session):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        return self.number

    def message(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.reader], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise Trouble("the browser does not answer")
            part = os.read(self.reader, 1 << 20)
            if not part:
                raise Trouble("the browser is gone")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        self.note(message)
        return message

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self.loads += 1
        elif method == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(a.get("value", a.get("description"))) for a in parameters["args"]))
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded":
            self.console.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}".strip())
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"][:200])

    def call(self, method, parameters=None, session=""):
        number = self.send(method, parameters or {}, self.session if session == "" else session)
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self.message(deadline)
            if message.get("id") == number:
                if "error" in message:
                    raise Trouble(f"{method}: {message['error']['message']}")
                return message["result"]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True,
                                                "userGesture": True})
        if "exceptionDetails" in result:
            raise Trouble(f"{expression}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def wait(self, expression, seconds=60):
        deadline = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise Trouble(f"never true: {expression}")
            time.sleep(0.05)

    # Steps

    def size(self, size, dark=False, scale=1):
        self.call("Emulation.setDeviceMetricsOverride",
                  {"width": size[0], "height": size[1], "deviceScaleFactor": scale, "mobile": False})
        self.call("Emulation.setEmulatedMedia",
                  {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def load(self, url):
        self.loads = 0
        self.call("Page.navigate", {"url": url})
        deadline = time.monotonic() + PATIENCE
        while self.loads == 0:
            self.message(deadline)

    def key(self, key, shift=False):
        codes = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, " ": 32}
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        parameters = {"key": key, "text": text, "windowsVirtualKeyCode": codes.get(key, 0), "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **parameters})
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", **parameters, "text": ""})

    def mouse(self, kind, place, **more):
        self.call("Input.dispatchMouseEvent", {"type": kind, "x": place[0], "y": place[1], **more})

    def click(self, selector):
        place = self.evaluate(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [b.left + b.width / 2, b.top + b.height / 2]; })()")
        self.mouse("mouseMoved", place)
        for kind in ["mousePressed", "mouseReleased"]:
            self.mouse(kind, place, button="left", clickCount=1)

    def screenshot(self, path):
        # Two frames, so that all that was asked for is drawn.
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
        picture = self.call("Page.captureScreenshot", {"format": "png"})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def run(self, url, steps):
        values = []
        for step in steps:
            if "size" in step:
                self.size(step["size"], step.get("dark", False), step.get("scale", 1))
            elif "load" in step:
                self.load(url)
            elif "wait" in step:
                self.wait(step["wait"])
            elif "eval" in step:
                values.append(self.evaluate(step["eval"]))
            elif "key" in step:
                self.key(step["key"], step.get("shift", False))
            elif "type" in step:
                self.call("Input.insertText", {"text": step["type"]})
            elif "click" in step:
                self.click(step["click"])
            elif "move" in step:
                self.mouse("mouseMoved", step["move"])
            elif "screenshot" in step:
                self.screenshot(step["screenshot"])
            else:
                raise Trouble(f"no such step: {step}")
        return values


def main():
    program, url, steps = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    browser = Browser(program)
    try:
        values = browser.run(url, steps)
        print(json.dumps({"values": values, "console": browser.console, "requests": browser.requests}))
    except Trouble as trouble:
        print(f"{trouble}; the page said: {browser.console}", file=sys.stderr)
        return 1
    finally:
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
