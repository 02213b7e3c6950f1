def get_provider_info():
    return {"package-name": "accordant", "name": "Accordant", "description": "x", "versions": ["0.1.0"]}
