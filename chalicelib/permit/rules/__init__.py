"""The rules that an application may break: V-01 to V-34."""
