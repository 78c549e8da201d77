"""The fourth floor: settings from the environment, the URL map, and which parts of the house are plugged together."""
